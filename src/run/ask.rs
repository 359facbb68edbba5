//! The part of a run that asks DNS servers.

use std::borrow::Cow;
use std::path::Path;

use crate::cli::{Check, Side};
use crate::dns::Failure;
use crate::handset::Handset;
use crate::handset::log::shown::same_name;
use crate::handset::readings::{Explored, explore};
use crate::live::{self, Answers, Key, Options, Role};
use crate::problem::Problem;
use crate::site::{Loaded, Setup};

/// Adds what servers answer, or the zones that they transfer, to what was loaded. What could
/// not be asked becomes a problem.
pub(super) fn ask(
    check: &Check,
    setups: &[Setup],
    loaded: &mut Loaded,
    problems: &mut Vec<Problem>,
) {
    if let Err(problem) = try_ask(check, setups, loaded, problems) {
        problems.push(problem);
    }
}

fn try_ask(
    check: &Check,
    setups: &[Setup],
    loaded: &mut Loaded,
    problems: &mut Vec<Problem>,
) -> Result<(), Problem> {
    let options = options(check);
    let key = check.live.tsig_file.as_deref().map(key).transpose()?;
    let failed = |error: live::Error| Problem::new(error.to_string());
    let asked = gather(check, &options, setups, loaded).map_err(failed)?;
    if options.name_servers
        && let Some(first) = live::Answers::first_of(&asked)
    {
        let entries = setups.iter().map(|setup| &setup.entry);
        let servers = live::name_servers(&options, &loaded.sources, first, entries);
        for server in servers.map_err(failed)? {
            loaded.add_name_server(server);
        }
    }
    for answers in asked {
        if let Some(problem) = unheard(&answers) {
            problems.push(problem);
        } else if check.live.axfr {
            let transfers = live::transfer(&options, key.as_ref(), &loaded.sources, &answers);
            let transfers = transfers.map_err(failed)?;
            // Zones speak for themselves; without those of the names asked for, the answers
            // have to.
            let asked_for = setups.iter().filter(|setup| is_asked_for(check, setup));
            let names: Vec<_> = asked_for.filter_map(|setup| setup.name()).collect();
            let holds =
                |transfer: &live::Transfer, name| answers.apex_of(name) == Some(&transfer.zone);
            let has_apex = |name: &&_| answers.apex_of(name).is_some();
            let mut whole = names.iter().all(has_apex);
            for transfer in transfers {
                match transfer.result {
                    Ok(source) => loaded.add_transfer(source, &transfer.zone),
                    Err(error) if names.iter().any(|name| holds(&transfer, name)) => {
                        whole = false;
                        problems.push(refused(&transfer, error));
                    }
                    // A zone further on that is kept elsewhere: what leads there is not in
                    // the data given, and rules say so.
                    Err(_) => {}
                }
            }
            if whole {
                loaded.add_heard(answers);
                continue;
            }
        }
        loaded.add_live(answers);
    }
    Ok(())
}

/// Whether `--live` names what the set-up looks up.
fn is_asked_for(check: &Check, setup: &Setup) -> bool {
    let address = &setup.entry.address.value;
    check.live.names.iter().any(|name| same_name(name, address))
}

fn options(check: &Check) -> Options {
    let live = &check.live;
    Options {
        servers: live.servers.clone(),
        timeout: live.timeout,
        retries: live.retries,
        tcp: live.tcp,
        zones: live.axfr,
        // Who compares servers wants to know of all.
        name_servers: live.servers.len() > 1 || live.side == Side::Served,
        ..Options::default()
    }
}

/// Asks DNS servers what the handsets of these set-ups ask, under every reading of what is
/// not documented.
fn gather(
    check: &Check,
    options: &Options,
    setups: &[Setup],
    loaded: &Loaded,
) -> Result<Vec<Answers>, live::Error> {
    let entries = || setups.iter().map(|setup| &setup.entry);
    live::gather(options, &loaded.sources, entries(), |asking| {
        let chosen = check.handset.assumptions();
        let others = chosen.alternatives().map(|(_, _, other)| other);
        for assumptions in std::iter::once(chosen).chain(others) {
            for entry in entries() {
                Handset::new(asking, check.handset.model(), assumptions).look_up(entry);
            }
        }
        // What only comes up where several readings are exchanged at once.
        let model = check.handset.model();
        for entry in entries() {
            let chosen = Explored {
                assumptions: chosen,
                lookup: Cow::Owned(Handset::new(asking, model, chosen).look_up(entry)),
            };
            explore(entry, asking, model, chosen, |_| true);
        }
    })
}

fn key(path: &Path) -> Result<Key, Problem> {
    let shown = path.to_string_lossy();
    let text = std::fs::read_to_string(path).map_err(|error| {
        let reason = crate::load::reason(&error);
        Problem::new(format!("cannot read the key file `{shown}`: {reason}"))
    })?;
    let help = "BIND's `tsig-keygen -a hmac-sha256 NAME` writes such a file; no question was \
                asked without the key";
    Key::read(&text)
        .map_err(|error| Problem::new(format!("the key file `{shown}`: {error}")).help(help))
}

/// The problem with a server that nothing was heard from.
fn unheard(answers: &Answers) -> Option<Problem> {
    let failure = answers.silence()?;
    let server = answers.server();
    let whose = match answers.role {
        Role::System => ", which this computer is set up with,",
        Role::Named | Role::NameServer => "",
    };
    let message = format!("the DNS server {server}{whose} does not answer: {failure}");
    let help = match failure {
        Failure::Timeout => {
            "check that it runs and that UDP port 53 passes the firewalls on the way, try --tcp, \
             or name another one with --server"
        }
        Failure::Unrelated => "look for a device on the way that answers in its place",
        _ => "check its address and port, or name another one with --server",
    };
    Some(Problem::new(message).help(help))
}

/// The problem with a zone that was not transferred.
fn refused(transfer: &live::Transfer, error: live::TransferError) -> Problem {
    let (zone, server) = (&transfer.zone, transfer.server);
    Problem::new(format!(
        "{server} does not transfer the zone `{zone}`: {error}"
    ))
    .help(error.help(zone))
}

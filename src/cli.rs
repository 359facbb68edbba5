//! The command line: what can be asked for, and how it is spelt.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::fix::System;

mod options;
mod value;
mod word;

pub use options::{Color, General, Handset, Inputs, Live, Output, Select, Settings, Side};
pub use value::Assumed;

const EXAMPLES: &str = "\
Examples:
  sipdns-lint zones/ phones/                     check zones together with handset configurations
  sipdns-lint --address sip.example.com a.zone   check for handsets that register with that name
  sipdns-lint --live sip.example.com             ask DNS as a handset would, then check
  sipdns-lint trace zones/ phones/               every question of the handsets, with its answer
  sipdns-lint log 0004f2a1b2c3-app.log zones/    what a handset did, beside what it should do
  sipdns-lint failover zones/ phones/            which server takes over when one is down
  sipdns-lint diff --git main zones/             what the changes since then do to handsets
  sipdns-lint explain srv-missing                what a rule means and how to repair it
  sipdns-lint --format github --output sarif=sipdns.sarif zones/    a check in CI

Exit status:
  0  nothing at or above --fail-on      1  findings at or above it      2  could not check";

const FIX_EXAMPLES: &str = "\
Examples:
  sipdns-lint fix zones/ phones/                    all repairs, system by system
  sipdns-lint fix --as powershell zones/ > fix.ps1  one script for a Windows DNS server
  sipdns-lint fix --diff zones/ phones/             what the repairs change in the files
  sipdns-lint fix --write zones/ phones/            make the safe ones

Values that nobody can know stand in <angle brackets>: lines that need one are comments.
The exit status is that of the check, and after --write that of what is left.";

const NEW_EXAMPLES: &str = "\
Example:
  sipdns-lint new --domain example.com --subdomain sip \\
    --sip-server pbx1=192.0.2.31 --sip-server pbx2=192.0.2.32 --out deployment/

It writes zones with their reverse zones, the same as PowerShell, dnscmd and clicks in DNS
Manager, handset XML in both forms, and settings that say what handsets are to find.";

/// Checks the DNS records that SIP handsets look up, and shows which servers they lead to
///
/// Reads zone files and handset configurations, looks the configured servers up as a
/// Spectralink 84-Series handset does, and reports what keeps a handset from registering or
/// from failing over. It talks to DNS servers only, and only when asked to; never SIP.
#[derive(Debug, Parser)]
#[command(
    name = "sipdns-lint",
    bin_name = "sipdns-lint",
    version,
    after_help = EXAMPLES,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    disable_help_flag = true,
    disable_version_flag = true,
    max_term_width = 100
)]
pub struct Cli {
    /// What to do, where it is not a check.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// A check.
    #[command(flatten)]
    pub check: Check,
    /// Print the version
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
}

/// Everything but a check.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show every question of the handsets in order, with its answer and the reason
    Trace(Box<Trace>),
    /// Show which server handsets use when which is down, after how long, and when they return
    Failover(Box<Failover>),
    /// Show what a change does to handsets: servers before and after, findings new and fixed
    Diff(Box<Diff>),
    /// Print all repairs, or make the safe ones in the files
    Fix(Box<Fix>),
    /// Write the records and settings of a new deployment into an empty folder
    New(New),
    /// Explain a handset's log: its lookups, what failed and why, the servers it used
    Log(Box<Log>),
    /// Explain a rule: what it means on the handset, and how to repair it
    Explain(Explain),
    /// List all rules
    Rules(Rules),
    /// Write a completion script for a shell to standard output
    Completions(Completions),
    /// Write the manual page to standard output
    Man(Man),
}

/// What a check reads, how it looks things up, and what it reports.
#[derive(Debug, Clone, Args)]
pub struct Check {
    /// Files or folders; `-` is standard input
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// What is read.
    #[command(flatten)]
    pub inputs: Inputs,
    /// The handset.
    #[command(flatten)]
    pub handset: Handset,
    /// DNS servers.
    #[command(flatten)]
    pub live: Live,
    /// Settings.
    #[command(flatten)]
    pub settings: Settings,
    /// Which findings count.
    #[command(flatten)]
    pub select: Select,
    /// How they are shown.
    #[command(flatten)]
    pub output: Output,
    /// How much is shown.
    #[command(flatten)]
    pub general: General,
}

/// `trace`
#[derive(Debug, Args)]
pub struct Trace {
    /// Print it in the words of the handset's own log
    #[arg(long)]
    pub as_log: bool,
    /// Look up once more, so many seconds after the lookup before
    #[arg(long, value_name = "SECONDS", requires = "as_log")]
    pub again: Vec<u32>,
    /// What is traced.
    #[command(flatten)]
    pub check: Check,
}

/// `failover`
#[derive(Debug, Args)]
pub struct Failover {
    /// What is simulated.
    #[command(flatten)]
    pub check: Check,
}

/// `diff`
#[derive(Debug, Args)]
#[command(override_usage = "sipdns-lint diff [OPTIONS] OLD NEW\n       \
                            sipdns-lint diff [OPTIONS] --git REV PATH\n       \
                            sipdns-lint diff [OPTIONS] PATH --live NAME")]
pub struct Diff {
    /// Compare with the state of PATH at this revision: a branch, a tag, a commit
    #[arg(long, value_name = "REV", allow_hyphen_values = true)]
    pub git: Option<String>,
    /// What is compared.
    #[command(flatten)]
    pub check: Check,
}

/// `fix`
#[derive(Debug, Args)]
#[command(after_help = FIX_EXAMPLES)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line"
)]
pub struct Fix {
    /// Print one script for this system only
    #[arg(long = "as", value_name = "SYSTEM", value_enum)]
    pub system: Option<System>,
    /// Print what undoes the repairs
    #[arg(long)]
    pub undo: bool,
    /// Show the repairs as a unified diff of master files and handset XML
    #[arg(long, conflicts_with = "system")]
    pub diff: bool,
    /// Make the safe repairs in the files: final dots, spelling, port 0, misspelt prefixes
    #[arg(long, conflicts_with_all = ["system", "undo"])]
    pub write: bool,
    /// Leave the SOA serial of changed zones as it is
    #[arg(long)]
    pub no_serial: bool,
    /// What is repaired.
    #[command(flatten)]
    pub check: Check,
}

/// `new`
#[derive(Debug, Args)]
#[command(after_help = NEW_EXAMPLES)]
pub struct New {
    /// The domain whose zone gets the records
    #[arg(long, value_name = "NAME")]
    pub domain: String,
    /// A SIP server of that domain and its IPv4 address; the first one named is the primary
    #[arg(long = "sip-server", value_name = "NAME=IP", required = true)]
    pub servers: Vec<String>,
    /// Give handsets a sub-domain of its own as their address, such as `sip`
    #[arg(long, value_name = "NAME")]
    pub subdomain: Option<String>,
    /// What SIP travels over: `udp`, `tcp`, `tls`, or a transport setting of handsets
    #[arg(long, value_name = "T", default_value = "udp")]
    pub transport: String,
    /// The port on which the servers listen [default: 5060, with TLS 5061]
    #[arg(long, value_name = "N")]
    pub port: Option<u16>,
    /// Write a NAPTR record too, and let it choose the transport
    #[arg(long)]
    pub naptr: bool,
    /// The folder, new or empty [default: the current one]
    #[arg(
        long,
        value_name = "DIR",
        default_value = ".",
        hide_default_value = true
    )]
    pub out: PathBuf,
    /// Accepted everywhere.
    #[command(flatten)]
    pub general: General,
}

/// `log`
#[derive(Debug, Args)]
pub struct Log {
    /// The handset's log, `<MAC>-app.log`; `-` is standard input
    #[arg(value_name = "FILE")]
    pub log: PathBuf,
    /// What it is compared with.
    #[command(flatten)]
    pub check: Check,
}

/// `explain`
#[derive(Debug, Args)]
pub struct Explain {
    /// The rule's name, as it stands in brackets in a finding
    #[arg(value_name = "RULE", value_parser = value::RuleName, hide_possible_values = true)]
    pub rule: String,
    /// Know the rules of your own in DIR as well
    #[arg(long = "rules", value_name = "DIR")]
    pub own: Vec<PathBuf>,
    /// Colour.
    #[command(flatten)]
    pub general: General,
}

/// `rules`
#[derive(Debug, Args)]
pub struct Rules {
    /// How they are listed; `markdown` is the whole reference
    #[arg(
        long,
        value_name = "FORMAT",
        value_enum,
        default_value = "text",
        conflicts_with = "test"
    )]
    pub format: RulesFormat,
    /// List the rules of your own in DIR as well
    #[arg(long = "rules", value_name = "DIR", conflicts_with = "test")]
    pub own: Vec<PathBuf>,
    /// Run the examples of the rules of your own in DIR
    #[arg(long, value_name = "DIR")]
    pub test: Option<PathBuf>,
    /// Colour.
    #[command(flatten)]
    pub general: General,
}

/// How `rules` lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RulesFormat {
    /// A line each.
    Text,
    /// Every page.
    Markdown,
    /// A list of ids, severities and summaries.
    Json,
}

/// `completions`
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    pub shell: Shell,
    /// Accepted everywhere.
    #[command(flatten)]
    pub general: General,
}

/// `man`
#[derive(Debug, Args)]
pub struct Man {
    /// Accepted everywhere.
    #[command(flatten)]
    pub general: General,
}

/// Reads a command line, the program's name first.
///
/// The error is a usage error (status 2), or what `--help` and `--version` print (status 0).
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let mut command = Cli::command();
    let args = word::subcommand_first(&mut command, args.into_iter().collect())?;
    Cli::try_parse_from(args)
}

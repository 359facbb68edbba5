//! Options that several subcommands take, in the groups in which `--help` shows them.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::{ArgAction, ArgGroup, Args, ValueEnum};

use super::value::{self, Assumed};
use crate::dns::Name;
use crate::handset::{Assumptions, Mac, model::Model};
use crate::phone;
use crate::phone_log::Clock;
use crate::report::Format;
use crate::rule::{FailOn, Severity};
use crate::site::Kind;

/// How files are read.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Reading files")]
pub struct Inputs {
    /// The origin of zones that do not state it
    #[arg(long, value_name = "NAME", value_parser = value::name)]
    pub origin: Option<Name>,
    /// Read PATH as this kind, whatever its content looks like: `master-file`, `windows-dns`,
    /// `phone-config` and the other words that reports use
    #[arg(long = "input", value_name = "KIND=PATH", value_parser = value::input)]
    pub kinds: Vec<(Kind, PathBuf)>,
    /// The name under which standard input is reported
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<String>,
    /// What the times of a handset's log mean, where neither it nor a configuration given
    /// tells: the `log.render.type` of the handset, 0, 1 or 2
    #[arg(long = "render-type", value_name = "TYPE", value_parser = value::clock)]
    pub clock: Option<Clock>,
    /// Threads to work with [default: one for each processor]
    #[arg(long, value_name = "N", value_parser = value::threads)]
    pub threads: Option<usize>,
    /// A copy that is read in the place of what was named: the copy, and what it is a copy of.
    #[arg(skip)]
    pub moved: Option<(PathBuf, PathBuf)>,
}

/// The options that name what handsets look up. Several may stand side by side.
const LOOKED_UP: &str = "looked-up";

/// The handset that is simulated.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Handset", group = ArgGroup::new(LOOKED_UP).multiple(true))]
pub struct Handset {
    /// A server address that handsets are configured with, for want of their configuration
    #[arg(long, value_name = "NAME", group = LOOKED_UP, value_parser = NonEmptyStringValueParser::new())]
    pub address: Option<String>,
    /// The port that goes with --address or --live; 0 lets DNS decide [default: 0]
    #[arg(long, value_name = "N", requires = LOOKED_UP)]
    pub port: Option<u16>,
    /// The transport that goes with --address or --live [default: DNSnaptr]
    #[arg(long, value_name = "T", requires = LOOKED_UP)]
    pub transport: Option<String>,
    /// Of the handsets of a provisioning folder, look at this one only
    #[arg(long = "handset-mac", value_name = "MAC")]
    pub mac: Option<Mac>,
    /// The handsets' model, for provisioning files with settings of one model: `SPIP670`
    #[arg(long, value_name = "M", value_parser = NonEmptyStringValueParser::new())]
    pub phone_model: Option<String>,
    /// The kind of handset [default: spectralink-84]
    #[arg(long = "handset", value_name = "MODEL", value_parser = value::model())]
    pub model: Option<&'static Model>,
    /// Choose a reading of behaviour that nobody documents
    #[arg(long = "assume", value_name = "NAME=VALUE", value_parser = value::assumption)]
    pub assume: Vec<Assumed>,
}

impl Handset {
    /// What is said of the handsets of provisioning folders.
    pub fn provisioning(&self) -> phone::provisioning::Options {
        phone::provisioning::Options {
            handset: self.mac,
            model: self.phone_model.clone(),
        }
    }

    /// The kind of handset.
    pub fn model(&self) -> &'static Model {
        self.model.unwrap_or_else(Model::spectralink_84)
    }

    /// The readings of undocumented behaviour; a later `--assume` of a name wins.
    pub fn assumptions(&self) -> Assumptions {
        let mut assumptions = Assumptions::default();
        for assumed in &self.assume {
            assumed.apply(&mut assumptions);
        }
        assumptions
    }
}

/// How DNS servers are asked.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Asking DNS servers")]
pub struct Live {
    /// Ask DNS for this name as a handset configured with it would
    #[arg(long = "live", value_name = "NAME", group = LOOKED_UP, value_parser = value::spelt_name)]
    pub names: Vec<String>,
    /// The server to ask; several are compared [default: the one of this computer]
    #[arg(long = "server", value_name = "ADDR[:PORT]", value_parser = value::server)]
    pub servers: Vec<SocketAddr>,
    /// Seconds to wait for an answer
    #[arg(long, value_name = "S", default_value = "2", value_parser = value::seconds)]
    pub timeout: Duration,
    /// Tries after the first one
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(..=100))]
    pub retries: u32,
    /// Ask over TCP
    #[arg(long)]
    pub tcp: bool,
    /// Transfer the zones that the names lie in, and check them as a whole
    #[arg(long, requires = "names")]
    pub axfr: bool,
    /// The key that transfers are signed with, in a file as `tsig-keygen` writes it
    #[arg(long, value_name = "FILE", requires = "axfr")]
    pub tsig_file: Option<PathBuf>,
    /// What files and servers are to each other.
    #[arg(skip)]
    pub side: Side,
}

/// Where settings come from.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Settings")]
pub struct Settings {
    /// Read the settings in FILE [default: `sipdns-lint.yaml` beside the paths or above them]
    #[arg(long = "settings", value_name = "FILE", conflicts_with = "none")]
    pub file: Option<PathBuf>,
    /// Use no settings, even where there are some
    #[arg(long = "no-settings")]
    pub none: bool,
    /// Print the settings in effect, each with where it came from
    #[arg(long = "show-settings")]
    pub show: bool,
    /// Check the rules of your own in DIR as well
    #[arg(long = "rules", value_name = "DIR")]
    pub rules: Vec<PathBuf>,
}

/// What the files given and the servers asked are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Side {
    /// Each speaks for itself.
    #[default]
    Both,
    /// Files only, of a comparison with servers: what is planned.
    Planned,
    /// Servers only: what is served. Zone files are what it is compared with.
    Served,
}

/// Which findings count.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Choosing findings")]
pub struct Select {
    /// Exit with 1 when there are findings of this severity or above [default: error]
    #[arg(long, value_name = "SEVERITY", value_enum)]
    pub fail_on: Option<FailOn>,
    /// Drop findings below this severity [default: note]
    #[arg(long, value_name = "SEVERITY", value_enum)]
    pub min_severity: Option<Severity>,
    /// Report these rules only; several in a list with commas, or with several options
    #[arg(long, value_name = "ID", value_delimiter = ',', value_parser = value::RuleName)]
    #[arg(hide_possible_values = true)]
    pub only: Vec<String>,
    /// Do not report these rules
    #[arg(long, value_name = "ID", value_delimiter = ',', value_parser = value::RuleName)]
    #[arg(hide_possible_values = true)]
    pub ignore: Vec<String>,
    /// Let in the findings that FILE lists
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write the baseline anew, from what is found now
    #[arg(long)]
    pub update_baseline: bool,
}

/// What the report looks like.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub struct Output {
    /// The format on standard output
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "pretty")]
    pub format: Format,
    /// Write the report into a file as well; may be repeated
    #[arg(long = "output", value_name = "FORMAT=PATH", value_parser = value::output)]
    pub files: Vec<(Format, PathBuf)>,
    /// Show `*` in the place of subscribers' names and numbers
    #[arg(long)]
    pub mask: bool,
}

impl Output {
    /// Every format that is asked for.
    pub fn formats(&self) -> impl Iterator<Item = Format> {
        let files = self.files.iter().map(|(format, _)| *format);
        std::iter::once(self.format).chain(files)
    }
}

/// Options that every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Display")]
pub struct General {
    /// Colour on standard output; `auto`: on a terminal, unless `NO_COLOR` is set
    #[arg(long, value_name = "WHEN", value_enum, default_value = "auto")]
    pub color: Color,
    /// Findings only
    #[arg(short, long, action = ArgAction::SetTrue, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Every finding, every set-up and every input
    #[arg(short, long, action = ArgAction::SetTrue)]
    pub verbose: bool,
    /// Print this help
    #[arg(short, long, action = ArgAction::HelpShort)]
    help: Option<bool>,
}

/// When colour is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

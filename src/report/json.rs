//! JSON, as `schema/sipdns-lint-1.json` describes it. Fields are added, never renamed.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::{Content, Location, NotChecked, Report, Summary, json_text, presentation, reading};
use crate::dns::Answer;
use crate::finding::{self, Finding};
use crate::handset::{AnswerFrom, Server, Step};
use crate::problem::Problem;
use crate::rule::Severity;
use crate::site::{Kind, LineUp, Outcome, Site, Verdict};
use crate::source::without_passwords;

mod failover;
mod logs;

/// The version of this format; it changes when a field is renamed or removed.
const SCHEMA: &str = "sipdns-lint/1";

/// A report of sipdns-lint.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "sipdns-lint report")]
pub struct Document<'a> {
    /// Name and version of this format.
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// The program's version.
    version: &'static str,
    /// What was read, by path.
    inputs: Vec<Input<'a>>,
    /// What handsets look up, and where it leads.
    setups: Vec<Setup<'a>>,
    /// Which server handsets use when which is down; of `failover` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    failover: Option<Vec<failover::Line<'a>>>,
    /// What the logs of handsets tell; absent where none was read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logs: Vec<logs::Log<'a>>,
    /// What the handset of `--handset-mac` reads: its files, and where each value comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    reading: Option<Vec<reading::Reading<'a>>>,
    /// By path, line, column, rule and message; no two are equal in all of these.
    findings: Vec<JsonFinding<'a>>,
    /// The kind of handset that was simulated.
    handset: &'static str,
    /// How behaviour was read that nobody documents: assumption and reading.
    assumptions: BTreeMap<&'static str, &'static str>,
    /// What was looked at.
    checked: &'a [String],
    /// What was not, and why.
    not_checked: &'a [NotChecked],
    /// Why the exit code is 2; empty where it is not.
    problems: &'a [Problem],
    /// The numbers.
    summary: Summary,
}

/// One input.
#[derive(Serialize, JsonSchema)]
pub(super) struct Input<'a> {
    /// A relative path with `/`, or `<stdin>` and the like.
    path: &'a str,
    /// What it was recognised as.
    kind: &'static str,
    /// The apex, for zones.
    zone: Option<String>,
    /// Every record read, SOA included, for zones.
    records: Option<u64>,
}

/// Handsets with the same SIP addressing, in one view.
#[derive(Serialize, JsonSchema)]
pub(super) struct Setup<'a> {
    /// The configured address.
    address: Cow<'a, str>,
    /// The configured port; 0: DNS decides.
    port: u16,
    /// The configured transport.
    transport: &'a str,
    /// MACs, where they are known.
    handsets: Vec<String>,
    /// Which of several sets of zones it was looked up in: a path or a server.
    #[serde(skip_serializing_if = "Option::is_none")]
    view: Option<&'a str>,
    /// What becomes of it.
    verdict: Verdict,
    /// Whether that hangs on how undocumented behaviour is read; absent where nothing given
    /// speaks of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    readings: Option<Readings>,
    /// Every question in order.
    trace: Vec<Question<'a>>,
    /// The servers, in the order in which the handset tries them.
    servers: Vec<JsonServer<'a>>,
}

/// What the readings of undocumented behaviour do to a set-up.
#[derive(Serialize, JsonSchema)]
struct Readings {
    /// The combinations of readings that were simulated.
    combinations: usize,
    /// The assumptions on which verdict or servers depend; empty where they hold under every
    /// reading.
    depends_on: Vec<&'static str>,
}

/// One question of a handset.
#[derive(Serialize, JsonSchema)]
struct Question<'a> {
    /// The name asked, absolute.
    name: String,
    /// The record type asked.
    r#type: String,
    /// `records`, `nodata`, `nxdomain`, `failed` or `not-loaded`.
    answer: &'static str,
    /// The records of the answer, aliases first, in presentation format.
    records: Vec<String>,
    /// Why the handset asks.
    why: String,
    /// The paragraph or assumption that says so.
    source: &'a str,
    /// `server`, `cache`, or `configuration` for a static record.
    from: &'static str,
    /// Seconds a miss is kept (RFC 2308 5).
    #[serde(skip_serializing_if = "Option::is_none")]
    negative_ttl: Option<u32>,
    /// Whether the server is an authority for the name; for answers of servers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    authoritative: Option<bool>,
    /// Why there is no usable answer, where it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
}

/// A SIP server.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Server")]
struct JsonServer<'a> {
    /// Position in which it is tried, from 1; ties share it.
    order: u32,
    /// The SRV target, or the name whose address it is.
    host: &'a str,
    /// Its IP address.
    address: std::net::IpAddr,
    /// Its port.
    port: u16,
    /// `UDP`, `TCP` or `TLS`.
    transport: &'static str,
    /// Chance of being tried first within its priority.
    share: f64,
}

/// One defect.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Finding")]
pub(super) struct JsonFinding<'a> {
    /// The rule's id.
    rule: &'a str,
    /// Effect on the handset.
    severity: Severity,
    /// What is wrong.
    message: &'a str,
    /// What to do.
    help: Option<&'a str>,
    /// The smallest text that shows it.
    location: Location<'a>,
    /// Other places that belong to it.
    related: Vec<Related<'a>>,
    /// Number of handsets it touches, as far as they are known.
    handset_count: usize,
    /// Which of several sets of zones it was found in: paths or servers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    views: Vec<&'a str>,
    /// The repair, where there is one.
    fix: Option<Fix<'a>>,
}

/// A place that has to do with a finding.
#[derive(Serialize, JsonSchema)]
struct Related<'a> {
    /// The place.
    #[serde(flatten)]
    location: Location<'a>,
    /// What is to be said of it.
    message: &'a str,
}

/// A repair.
#[derive(Serialize, JsonSchema)]
struct Fix<'a> {
    /// What it does.
    title: &'a str,
    /// It cannot change which records or handsets are meant.
    safe: bool,
    /// Changes of inputs.
    edits: Vec<Edit<'a>>,
    /// The same as lines to type.
    commands: Commands,
}

/// A change of one input.
#[derive(Serialize, JsonSchema)]
struct Edit<'a> {
    /// The input.
    path: &'a str,
    /// Offset of the first byte replaced, in the text as UTF-8 without byte order mark.
    start: u32,
    /// Offset behind the last byte replaced.
    end: u32,
    /// What stands there afterwards.
    text: &'a str,
}

/// A repair as lines for each kind of system.
#[derive(Serialize, JsonSchema)]
struct Commands {
    /// A line of a master file.
    #[serde(skip_serializing_if = "Option::is_none")]
    bind: Option<String>,
    /// A PowerShell command.
    #[serde(skip_serializing_if = "Option::is_none")]
    powershell: Option<String>,
    /// A `dnscmd` command for cmd.exe.
    #[serde(skip_serializing_if = "Option::is_none")]
    dnscmd: Option<String>,
    /// Clicks in DNS Manager.
    #[serde(skip_serializing_if = "Option::is_none")]
    clicks: Option<String>,
    /// A handset XML attribute.
    #[serde(skip_serializing_if = "Option::is_none")]
    xml: Option<String>,
    /// Why PowerShell, or `dnscmd` too, has no line.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

impl<'a> Document<'a> {
    /// The document of a report.
    fn new(report: &'a Report<'_>, line_ups: Option<&'a [LineUp<'a>]>) -> Self {
        let site = report.site;
        Self {
            schema: SCHEMA,
            version: env!("CARGO_PKG_VERSION"),
            inputs: inputs(site),
            setups: site.outcomes().iter().map(|one| setup(site, one)).collect(),
            failover: line_ups.map(|line_ups| failover::lines(site, line_ups)),
            logs: logs::of(report),
            reading: site
                .provisioning
                .asked_about
                .map(|_| reading::readings(site)),
            findings: report
                .findings
                .iter()
                .map(|finding| json_finding(report, finding))
                .collect(),
            handset: report.site.model.id,
            assumptions: report.site.assumptions.chosen().collect(),
            checked: &report.checked,
            not_checked: &report.not_checked,
            problems: &report.problems,
            summary: report.summary,
        }
    }
}

pub(super) fn write(report: &Report<'_>, content: &Content, out: &mut dyn Write) -> io::Result<()> {
    let line_ups = (*content == Content::Failover).then(|| report.site.failover());
    let document = Document::new(report, line_ups.as_deref());
    json_text::write(&document, out)
}

/// The JSON Schema of [`Document`], as text.
pub fn schema() -> String {
    json_text::schema::<Document<'_>>()
}

pub(super) fn inputs(site: &Site) -> Vec<Input<'_>> {
    // A link that was not followed is a finding and no input.
    let read = site.inputs.iter();
    read.filter(|input| input.kind != Kind::LinkOut)
        .map(|input| Input {
            path: &site.sources.get(input.source).name,
            kind: input.kind.word(),
            zone: input.zone.as_ref().map(ToString::to_string),
            records: input.records,
        })
        .collect()
}

pub(super) fn setup<'a>(site: &Site, outcome: &Outcome<'a>) -> Setup<'a> {
    let readings = outcome.simulated.map(|(simulation, _)| {
        let readings = site.readings(simulation);
        Readings {
            combinations: readings.combinations,
            depends_on: readings.depends_on,
        }
    });
    let entry = &outcome.setup.entry;
    Setup {
        address: without_passwords(&entry.address.value),
        port: entry.port.value,
        transport: entry.transport.value.as_str(),
        handsets: outcome
            .setup
            .handsets
            .iter()
            .map(ToString::to_string)
            .collect(),
        view: outcome.view(),
        verdict: outcome.verdict(),
        readings,
        trace: outcome
            .steps()
            .iter()
            .map(|step| question(outcome, step))
            .collect(),
        servers: outcome.servers().iter().map(server).collect(),
    }
}

fn question<'a>(outcome: &Outcome<'a>, step: &'a Step) -> Question<'a> {
    Question {
        name: step.question.name.to_string(),
        r#type: step.question.record_type.to_string(),
        answer: step.answer.word(),
        records: super::records(&step.answer).map(presentation).collect(),
        why: step.why.reason.to_string(),
        source: step.why.source,
        from: match step.from {
            AnswerFrom::Server => "server",
            AnswerFrom::Cache { .. } => "cache",
            AnswerFrom::Configuration => "configuration",
        },
        negative_ttl: match &step.answer {
            Answer::NoData(negative) | Answer::NxDomain(negative) => negative.ttl(),
            _ => None,
        },
        authoritative: outcome.reply(step).map(|reply| reply.authoritative),
        failure: match step.answer {
            Answer::Failed(failure) => Some(failure.to_string()),
            _ => None,
        },
    }
}

fn server(server: &Server) -> JsonServer<'_> {
    JsonServer {
        order: server.order,
        host: &server.host,
        address: server.address,
        port: server.port,
        transport: server.protocol.as_str(),
        share: server.share,
    }
}

pub(super) fn json_finding<'a>(report: &'a Report<'_>, finding: &'a Finding) -> JsonFinding<'a> {
    let sources = &report.site.sources;
    let related = |label: &'a finding::Label| Related {
        location: Location::of(sources, label.span),
        message: &label.message,
    };
    JsonFinding {
        rule: finding.rule.id,
        severity: finding.severity,
        message: &finding.message,
        help: finding.help.as_deref(),
        location: Location::of(sources, finding.span),
        related: finding.related.iter().map(related).collect(),
        handset_count: finding.handsets.len(),
        views: report.views(finding),
        fix: finding.fix.as_ref().map(|fix| json_fix(report, fix)),
    }
}

fn json_fix<'a>(report: &'a Report<'_>, fix: &'a finding::Fix) -> Fix<'a> {
    let edit = |edit: &'a finding::Edit| Edit {
        path: &report.site.sources.get(edit.source).name,
        start: edit.start,
        end: edit.end,
        text: &edit.text,
    };
    let commands = fix.commands();
    Fix {
        title: &fix.title,
        safe: fix.safe,
        edits: fix.edits.iter().map(edit).collect(),
        commands: Commands {
            bind: commands.bind,
            powershell: commands.powershell,
            dnscmd: commands.dnscmd,
            clicks: commands.clicks,
            xml: commands.xml.map(|xml| without_passwords(&xml).into_owned()),
            reason: commands.reason,
        },
    }
}

//! For people: each finding with the lines it is about, then its repair.
//!
//! The only module that knows terminal colours and miette. miette draws a finding's lines;
//! what it is given to draw is cut out by [`excerpt`], so that neither a long line nor a
//! place far away makes the drawing large, and no source is scanned again.

use std::fmt::{self, Write as _};
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, ThemeCharacters, ThemeStyles,
};

use super::{Detail, Location, Presentation, Report, ending, printable, sentence, text};
use crate::finding::{Edit, Finding, Fix};
use crate::fix::{Commands, System};
use crate::rule::Severity;
use crate::site::Site;
use crate::source::{Fault, Sources};

mod excerpt;

use excerpt::Excerpts;

/// Columns at which messages are broken; snippets and commands are never broken.
const WIDTH: usize = 100;

pub(super) fn write(
    report: &Report<'_>,
    how: &Presentation,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (shown, hidden) = report.limited(how.detail);
    let paint = Paint(how.color);
    let mut text = String::new();
    for finding in shown {
        text.clear();
        draw(report, finding, paint, &mut text).map_err(io::Error::other)?;
        writeln!(out, "{text}")?;
    }
    ending::hidden(&hidden, out)?;
    if how.detail == Detail::Quiet {
        return Ok(());
    }
    if !hidden.is_empty() {
        writeln!(out)?;
    }
    ending::setups(report, paint, how.detail, out)?;
    ending::coverage(report, how.detail, out)
}

/// Colours, where they are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Paint(
    /// Whether they are wanted.
    pub bool,
);

impl Paint {
    /// A heading.
    pub fn heading(self, text: &str) -> String {
        self.paint(Style::new().bold().underline(), text)
    }

    /// A name that stands out: a rule's id.
    pub fn strong(self, text: &str) -> String {
        self.paint(Style::new().bold(), text)
    }

    /// A severity's word in its colour.
    pub fn severity(self, severity: Severity) -> String {
        let color = match severity {
            Severity::Error => AnsiColor::Red,
            Severity::Warning => AnsiColor::Yellow,
            Severity::Note => AnsiColor::Cyan,
        };
        self.paint(color.on_default().bold(), severity.word())
    }

    fn paint(self, style: Style, text: &str) -> String {
        if self.0 {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}

/// Whether standard output takes colours: a terminal, and no `NO_COLOR`.
pub fn stdout_takes_color() -> bool {
    anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
}

/// Writes text that may hold colours to standard error, without them where it does not take
/// them.
pub fn stderr() -> impl Write {
    anstream::AutoStream::auto(io::stderr())
}

/// One finding: header, snippets, help, handsets, repair.
pub(super) fn draw(
    report: &Report<'_>,
    finding: &Finding,
    paint: Paint,
    out: &mut String,
) -> fmt::Result {
    let site = report.site;
    Drawing {
        header: format!("{}[{}]:", finding.severity, finding.rule.id),
        severity: finding.severity,
        message: &finding.message,
        help: finding.help.as_deref(),
        excerpts: Excerpts::of(&site.sources, finding),
    }
    .render(paint, out)?;
    let views = report.views(finding);
    if !views.is_empty() {
        writeln!(out, "  in: {}", printable(&views.join(", ")))?;
    }
    handsets(finding, out)?;
    match &finding.fix {
        Some(fix) => repair(site, fix, paint, out),
        None => Ok(()),
    }
}

/// What is wrong with the settings or a page of rules, with the lines it is about.
pub fn fault(sources: &Sources, fault: &Fault, paint: Paint) -> String {
    let mut drawn = String::new();
    let drawing = Drawing {
        header: format!("{}:", Severity::Error),
        severity: Severity::Error,
        message: &fault.message,
        help: fault.help.as_deref(),
        excerpts: Excerpts::at(sources, fault.span),
    };
    // Writing to a string does not fail, and the excerpt holds the place it is asked for.
    let _ = drawing.render(paint, &mut drawn);
    drawn
}

/// miette's renderer with the header in the place of its icon.
fn handler(header: &str, paint: Paint) -> GraphicalReportHandler {
    let mut theme = GraphicalTheme {
        characters: ThemeCharacters::unicode(),
        styles: if paint.0 {
            ThemeStyles::ansi()
        } else {
            ThemeStyles::none()
        },
    };
    header.clone_into(&mut theme.characters.error);
    header.clone_into(&mut theme.characters.warning);
    header.clone_into(&mut theme.characters.advice);
    GraphicalReportHandler::new_themed(theme)
        .with_width(WIDTH)
        .with_break_words(false)
        .with_context_lines(excerpt::CONTEXT)
        .with_links(false)
        .without_syntax_highlighting()
        .without_cause_chain()
}

/// A finding, or a fault, as miette reads it.
#[derive(Debug)]
struct Drawing<'a> {
    /// `error[rule]:`
    header: String,
    severity: Severity,
    message: &'a str,
    help: Option<&'a str>,
    excerpts: Excerpts,
}

impl Drawing<'_> {
    fn render(&self, paint: Paint, out: &mut String) -> fmt::Result {
        let mut drawn = String::new();
        handler(&self.header, paint).render_report(&mut drawn, self)?;
        // miette sets the header in by two columns.
        out.push_str(drawn.strip_prefix("  ").unwrap_or(&drawn));
        Ok(())
    }
}

impl fmt::Display for Drawing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&sentence(self.message))
    }
}

impl std::error::Error for Drawing<'_> {}

impl Diagnostic for Drawing<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.help?;
        let lines: Vec<_> = help.lines().map(sentence).collect();
        Some(Box::new(lines.join("\n")))
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.excerpts)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpts.labels()))
    }
}

fn handsets(finding: &Finding, out: &mut String) -> fmt::Result {
    if finding.handsets.is_empty() {
        return Ok(());
    }
    writeln!(out, "  touches {}", text::handsets(&finding.handsets))
}

/// The repair: its title, then the lines to type, each whole on a line of its own so that it
/// can be copied; where there is nothing to type, the changes of the files.
fn repair(site: &Site, fix: &Fix, paint: Paint, out: &mut String) -> fmt::Result {
    let safe = if fix.safe { " (safe)" } else { "" };
    let title = sentence(&fix.title);
    writeln!(out, "  {} {title}{safe}", paint.strong("fix:"))?;
    if fix.sets_up_a_zone() {
        // A server's set-up, not a correction of what is shown: it would bury the finding.
        return writeln!(out, "    run `sipdns-lint fix` for the commands");
    }
    let commands = fix.commands();
    if commands == Commands::default() {
        for edit in &fix.edits {
            writeln!(out, "    {}", edit_line(site, edit))?;
        }
    }
    for system in System::ALL {
        if system == System::PowerShell
            && let Some(reason) = commands.reason
        {
            writeln!(out, "    {}: none; {reason}", system.title())?;
        }
        let Some(lines) = commands.get(system) else {
            continue;
        };
        writeln!(out, "    {}:", system.title())?;
        for line in lines.lines() {
            writeln!(out, "      {}", printable(line))?;
        }
    }
    Ok(())
}

fn edit_line(site: &Site, edit: &Edit) -> String {
    let span = crate::source::Span::new(edit.source, edit.start as usize, edit.end as usize);
    let place = Location::of(&site.sources, span);
    let new = sentence(edit.text.trim_matches(['\r', '\n']));
    if edit.start == edit.end {
        return format!("{place}: insert `{new}`");
    }
    let old = sentence(&place.snippet);
    if edit.text.is_empty() {
        format!("{place}: remove `{old}`")
    } else {
        format!("{place}: replace `{old}` by `{new}`")
    }
}

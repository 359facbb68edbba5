//! Which word of a command line is the subcommand.
//!
//! It is the first word that is no option and no option's value, wherever it stands:
//! `--color always explain X`. clap finds it only in front, so it is moved there.

use std::ffi::OsString;
use std::path::Path;

use clap::Command;
use clap::error::ErrorKind;

use crate::report::printable;
use crate::rule;
use crate::spelling::nearest;

/// Moves the subcommand in front of the options. A first word that is no path and nearly a
/// subcommand is an error.
pub(super) fn subcommand_first(
    command: &mut Command,
    mut args: Vec<OsString>,
) -> Result<Vec<OsString>, clap::Error> {
    let Some(at) = first_word(command, &args) else {
        return Ok(args);
    };
    let Some(word) = args[at].to_str() else {
        return Ok(args);
    };
    if command.find_subcommand(word).is_some() {
        let word = args.remove(at);
        args.insert(1, word);
        return Ok(args);
    }
    if word == "-" || Path::new(word).exists() {
        return Ok(args);
    }
    let meant = if rule::page(word).is_some() {
        Some(format!("explain {word}"))
    } else {
        let names = command.get_subcommands().map(Command::get_name);
        nearest(word, names).map(str::to_owned)
    };
    let Some(meant) = meant else {
        return Ok(args);
    };
    let message = format!(
        "`{}` is neither a path nor a subcommand; did you mean `{meant}`?",
        printable(word)
    );
    Err(command.error(ErrorKind::InvalidSubcommand, message))
}

/// Index of the first argument that is no option and no option's value; nothing behind `--`
/// is a subcommand.
fn first_word(command: &Command, args: &[OsString]) -> Option<usize> {
    let mut at = 1;
    while at < args.len() {
        let text = args[at].to_string_lossy();
        if text == "--" {
            return None;
        }
        if text == "-" || !text.starts_with('-') {
            return Some(at);
        }
        at += if takes_next(command, &text) { 2 } else { 1 };
    }
    None
}

/// Whether the value of this option is the next argument.
fn takes_next(command: &Command, option: &str) -> bool {
    let Some(long) = option.strip_prefix("--") else {
        // The short options are flags.
        return false;
    };
    std::iter::once(command)
        .chain(command.get_subcommands())
        .flat_map(Command::get_arguments)
        .any(|argument| argument.get_long() == Some(long) && argument.get_action().takes_values())
}

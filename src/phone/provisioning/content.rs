//! What makes two files of two handsets the same to the rules and to the simulation.

use super::list;
use crate::phone::{Configuration, parameter};

/// The content of a file that one handset reads, as far as anything looks at it: user,
/// password and labels apart, and with a tag in the place of the handset's own MAC.
pub(super) fn of(file: &Configuration) -> String {
    let mut content = String::new();
    if file.is_template() {
        content.push_str("template\n");
    }
    for parameter in &file.parameters {
        let name = parameter.name.value.as_str();
        let value = parameter.value.value.as_str();
        let value = match parameter::find(name) {
            // Whether the line has a user tells which server entries are used.
            Some(spec) if spec.is_user_of_line() => {
                if value.is_empty() {
                    ""
                } else {
                    "user"
                }
            }
            Some(_) => value,
            // Such a line is meant to register.
            None if name.ends_with(".auth.userId") => {
                if value.is_empty() {
                    ""
                } else {
                    "user"
                }
            }
            None if name.starts_with("CONFIG_FILES") => {
                let list = file.mac.map(|mac| list::without_mac(value, mac));
                push(&mut content, name, list.as_deref().unwrap_or(value));
                continue;
            }
            None if parameter::is_looked_after(name) || parameter::misspelt(name).is_some() => {
                value
            }
            None => continue,
        };
        push(&mut content, name, value);
    }
    content
}

/// No name or value holds the characters that end it: XML allows neither.
fn push(content: &mut String, name: &str, value: &str) {
    content.push_str(name);
    content.push('\u{1}');
    content.push_str(value);
    content.push('\u{2}');
}

//! JSON that is text wherever it is shown: a terminal, a browser, the log of a CI service.

use std::io::{self, Write};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{Formatter, PrettyFormatter};

use super::text::is_shapeless;

/// Writes a value as indented JSON.
///
/// JSON lets most characters stand in strings as they are. Here those that steer a terminal or
/// have no shape are written `\u202e`, `<` so that `</script>` ends nothing where a report is
/// put into a page, and `#` before another one or a bracket, since `##[command]` in a log is
/// an order to CI runners. The value that is read back is the same.
pub(super) fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let formatter = Harmless(PrettyFormatter::new());
    value.serialize(&mut Serializer::with_formatter(&mut *out, formatter))?;
    writeln!(out)
}

/// The JSON Schema of what is written, as text.
pub(super) fn schema<T: JsonSchema>() -> String {
    let schema = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<T>();
    let text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    format!("{text}\n")
}

struct Harmless(PrettyFormatter<'static>);

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut written = 0;
        for (at, character) in fragment.char_indices() {
            let behind = &fragment[at + character.len_utf8()..];
            let order = character == '#' && (behind.starts_with('[') || behind.starts_with("vso["));
            if !(is_shapeless(character) || character == '<' || order) {
                continue;
            }
            out.write_all(&fragment.as_bytes()[written..at])?;
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            written = at + character.len_utf8();
        }
        out.write_all(&fragment.as_bytes()[written..])
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_value_is_read_back_and_nothing_odd_stands_in_the_text() {
        let value = vec![
            "</script>",
            "##[error]x ##vso[y] # [z]",
            "\u{202e}\u{9b}\u{e0041}\u{7f}ü",
        ];
        let mut out = Vec::new();
        write(&value, &mut out).expect("memory");
        let text = String::from_utf8(out).expect("UTF-8");
        assert_eq!(
            serde_json::from_str::<Vec<String>>(&text).expect("JSON"),
            value
        );
        assert_eq!(
            text,
            "[\n  \"\\u003c/script>\",\n  \"#\\u0023[error]x #\\u0023vso[y] # [z]\",\n  \
             \"\\u202e\\u009b\\udb40\\udc41\\u007fü\"\n]\n"
        );
    }
}

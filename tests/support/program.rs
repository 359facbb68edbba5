//! The program, run in a folder of its own.

use std::path::Path;

use assert_cmd::Command;
use clap::ValueEnum;
use serde_json::Value;
use sipdns_lint::report::Format;
use tempfile::TempDir;

/// A folder that is removed with its last use.
pub struct Folder(TempDir);

/// What a run gave.
pub struct Outcome {
    /// The exit status.
    pub status: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Outcome {
    /// Standard output as JSON.
    #[allow(dead_code, reason = "not every test reads it")]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr))
    }
}

/// A folder with the given files.
pub fn folder(files: &[(&str, &str)]) -> Folder {
    let folder = Folder(TempDir::new().expect("a temporary folder"));
    for (name, text) in files {
        folder.write(name, text);
    }
    folder
}

/// The program, to be run in a folder; nothing of the environment reaches it.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("sipdns-lint").expect("cargo builds the program");
    command.current_dir(folder).env_clear();
    command
}

/// Every format of a report, as `--format` calls it.
#[allow(dead_code, reason = "not every test goes through them")]
pub fn formats() -> Vec<String> {
    let formats = Format::value_variants().iter();
    let words = formats.filter_map(ValueEnum::to_possible_value);
    words.map(|word| word.get_name().to_owned()).collect()
}

/// Runs it.
pub fn outcome(command: &mut Command) -> Outcome {
    let output = command.output().expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Outcome {
        status: output.status.code().expect("an exit status"),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

impl Folder {
    /// Where it is.
    #[allow(dead_code, reason = "not every test goes there by itself")]
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file, its folder first.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        let parent = path.parent().expect("a folder");
        std::fs::create_dir_all(parent).expect("a new folder");
        std::fs::write(path, text).expect("a new file");
    }

    /// The text of a file.
    #[allow(dead_code, reason = "not every test reads what was written")]
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).expect("a file")
    }

    /// The names of what lies in it, sorted.
    #[allow(dead_code, reason = "not every test looks around")]
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).expect("a folder");
        let name = |entry: std::io::Result<std::fs::DirEntry>| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        };
        let mut names: Vec<_> = entries.map(name).collect();
        names.sort();
        names
    }

    /// Runs the program with these words in the folder.
    #[allow(dead_code, reason = "some tests have arguments with blanks")]
    pub fn run(&self, words: &str) -> Outcome {
        self.run_in("", words)
    }

    /// Runs the program in a folder below.
    #[allow(dead_code, reason = "some tests have arguments with blanks")]
    pub fn run_in(&self, below: impl AsRef<Path>, words: &str) -> Outcome {
        let mut command = program(&self.0.path().join(below));
        outcome(command.args(words.split_whitespace()))
    }
}

//! The command line with what settings add to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Settings, find};
use crate::cli::{Assumed, Check};
use crate::load::{canonical, path_name};
use crate::report::Problem;
use crate::source::{Fault, Sources, Spanned};

/// What a run is to do: the command line, and where that is silent the settings.
#[derive(Debug)]
pub struct Settled {
    /// The command line, completed.
    pub check: Check,
    /// The settings.
    pub settings: Option<Settings>,
    /// Every text; the settings are the first.
    pub sources: Arc<Sources>,
}

impl Settled {
    /// Finds and reads the settings of a command line.
    pub fn of(check: Check) -> Result<Self, (Arc<Sources>, Vec<Problem>)> {
        let sources = Arc::new(Sources::new());
        match read(&check, &sources) {
            Ok(settings) => {
                let mut settled = Self {
                    check,
                    settings,
                    sources,
                };
                match settled.complete() {
                    Ok(()) => Ok(settled),
                    Err(fault) => {
                        let problem = Problem::of(fault, &settled.sources);
                        Err((settled.sources, vec![problem]))
                    }
                }
            }
            Err(problems) => Err((sources, problems)),
        }
    }

    /// Files that are no inputs, though folders may hold them.
    pub fn passed_over(&self) -> Vec<PathBuf> {
        let sources = self.settings.iter().map(|settings| settings.source);
        sources
            .filter_map(|source| self.sources.get(source).path())
            .map(Path::to_owned)
            .collect()
    }

    /// Puts what the settings say where the command line says nothing.
    fn complete(&mut self) -> Result<(), Fault> {
        let Some(settings) = &self.settings else {
            return Ok(());
        };
        let check = &mut self.check;
        let silent = check.paths.is_empty() && check.inputs.kinds.is_empty();
        if silent && check.live.names.is_empty() {
            for path in settings.zones.iter().chain(&settings.phones) {
                check.paths.push(settings.path(path)?);
            }
        }
        if check.live.names.is_empty() {
            let names = settings.live.iter();
            check.live.names = names.map(|name| name.value.clone()).collect();
        }
        let value = |word: Option<_>| word.map(|word: Spanned<_>| word.value);
        let model = settings.handset.map(|model| model.value);
        check.handset.model = check.handset.model.or(model);
        // A later one wins, so those of the command line stand behind.
        let assumed = settings.assume.iter();
        let assumed = assumed.map(|(name, reading)| Assumed::new(&name.value, &reading.value));
        check.handset.assume.splice(..0, assumed);
        let select = &mut check.select;
        select.fail_on = select.fail_on.or(settings.fail_on.map(|word| word.value));
        select.min_severity = select.min_severity.or(value(settings.min_severity));
        Ok(())
    }
}

fn read(check: &Check, sources: &Sources) -> Result<Option<Settings>, Vec<Problem>> {
    let options = &check.settings;
    if options.none {
        return Ok(None);
    }
    let mut inputs = check.paths.clone();
    inputs.extend(check.inputs.kinds.iter().map(|(_, path)| path.clone()));
    let found = find(options.file.as_deref(), &inputs, sources);
    let Some(found) = found.map_err(|problem| vec![problem])? else {
        return Ok(None);
    };
    let faults = |faults: Vec<Fault>| {
        let faults = faults.into_iter();
        faults.map(|fault| Problem::of(fault, sources)).collect()
    };
    Settings::read(sources, &found).map(Some).map_err(faults)
}

impl Settings {
    /// A path as it can be opened. Settings that were found, not named, may have come with
    /// the inputs: they lead to nothing outside their own folder.
    fn path(&self, written: &Spanned<String>) -> Result<PathBuf, Fault> {
        let path = self.folder.join(&written.value);
        let here = if self.folder == Path::new("") {
            canonical(Path::new("."))
        } else {
            canonical(&self.folder)
        };
        if !path.exists() {
            let message = format!("there is no file or folder `{}`", path_name(&path));
            return Err(Fault::new(written.span, message).help("paths are relative to this file"));
        }
        if !self.named && !canonical(&path).starts_with(here) {
            let message = format!(
                "`{}` lies outside the folder of the settings",
                written.value
            );
            let help = "settings that are found lead to nothing outside their folder; name them \
                        with --settings to allow it";
            return Err(Fault::new(written.span, message).help(help));
        }
        Ok(path)
    }
}

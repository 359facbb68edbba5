//! The command line with what settings add to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::own_rules;
use crate::cli::{Assumed, Check};
use crate::load::canonical;
use crate::own::Own;
use crate::problem::Problem;
use crate::rule::Severity;
use crate::select::{Selection, baseline::Baseline};
use crate::settings::{Settings, find};
use crate::source::{Fault, Sources, Spanned};

mod show;

/// What a run is to do: the command line, and where that is silent the settings.
#[derive(Debug)]
pub(super) struct Settled {
    /// The command line, completed.
    pub(super) check: Check,
    /// The settings.
    pub(super) settings: Option<Settings>,
    /// The command line as it was.
    given: Check,
    /// Users' own rules.
    pub(super) own: Vec<Own>,
    /// Files that folders hold and that are no inputs, whatever is in them.
    pub(super) ignored: Vec<PathBuf>,
    /// The settings name the inputs.
    whole: bool,
    /// Every text; the settings are the first.
    pub(super) sources: Arc<Sources>,
}

impl Settled {
    /// Finds and reads the settings of a command line.
    pub(super) fn of(check: Check) -> Result<Self, (Arc<Sources>, Vec<Problem>)> {
        let sources = Arc::new(Sources::masking(check.output.mask));
        match read(&check, &sources) {
            Ok(settings) => {
                let mut settled = Self {
                    given: check.clone(),
                    check,
                    settings,
                    own: Vec::new(),
                    ignored: Vec::new(),
                    whole: false,
                    sources,
                };
                let completed = settled.complete().map_err(|fault| {
                    let problem = Problem::of(fault, &settled.sources);
                    vec![problem]
                });
                let folders = &settled.check.settings.rules;
                let own = completed.and_then(|()| own_rules::read(folders, &settled.sources));
                match own {
                    Ok(own) => Ok(Self { own, ..settled }),
                    Err(problems) => Err((settled.sources, problems)),
                }
            }
            Err(problems) => Err((sources, problems)),
        }
    }

    /// Files that are no inputs, though folders may hold them.
    pub(super) fn passed_over(&self) -> Vec<PathBuf> {
        let sources = self.settings.iter().map(|settings| settings.source);
        let settings = sources.filter_map(|source| self.sources.get(source).path());
        let baseline = self.check.select.baseline.as_deref();
        let own = self.own.iter();
        let own = own.filter_map(|rule| self.sources.get(rule.source).path());
        let all = settings.chain(baseline).chain(own);
        let ignored = self.ignored.iter().cloned();
        all.map(Path::to_owned).chain(ignored).collect()
    }

    /// Only a part of the folder is looked at that the settings lie in.
    pub(super) fn is_part(&self) -> bool {
        let Some(settings) = &self.settings else {
            return false;
        };
        !self.whole && !covers(&self.check.paths, settings)
    }

    /// Which findings are reported.
    pub(super) fn selection(&self) -> Result<Selection, Vec<Problem>> {
        let select = &self.check.select;
        let catalogue = own_rules::catalogue(&self.own);
        let mut problems = Vec::new();
        let mut named = |ids: &[String]| -> Vec<_> {
            let ids = ids.iter();
            ids.filter_map(|id| {
                let page = catalogue.find(id);
                if page.is_none() {
                    let (message, help) = catalogue.missing(id);
                    problems.push(Problem::new(message).help(help));
                }
                page
            })
            .collect()
        };
        let mut selection = Selection {
            only: named(&select.only),
            ignore: named(&select.ignore),
            min_severity: select.min_severity.unwrap_or(Severity::Note),
            fail_on: select.fail_on.unwrap_or_default(),
            whole: self.whole,
            catalogue: catalogue.clone(),
            ..Selection::default()
        };
        if let Some(settings) = &self.settings
            && let Err(faults) = selection.configure(settings)
        {
            let faults = faults.into_iter();
            problems.extend(faults.map(|fault| Problem::of(fault, &self.sources)));
        }
        match &select.baseline {
            Some(path) => match Baseline::read(path, select.update_baseline, &self.sources) {
                Ok(baseline) => selection.baseline = Some(baseline),
                Err(problem) => problems.push(problem),
            },
            None if select.update_baseline => {
                let problem = Problem::new("no baseline is named that could be written");
                problems.push(problem.help("name it: --baseline FILE"));
            }
            None => {}
        }
        if problems.is_empty() {
            Ok(selection)
        } else {
            Err(problems)
        }
    }

    /// Puts what the settings say where the command line says nothing.
    fn complete(&mut self) -> Result<(), Fault> {
        let Some(settings) = &self.settings else {
            return Ok(());
        };
        let check = &mut self.check;
        let silent = check.paths.is_empty() && check.inputs.kinds.is_empty();
        let from_files = check.live.names.is_empty();
        self.whole = from_files && (silent || covers(&check.paths, settings));
        if from_files && silent {
            for path in settings.zones.iter().chain(&settings.phones) {
                check.paths.push(settings.existing(path)?);
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
        if check.settings.rules.is_empty() {
            for folder in &settings.rules {
                check.settings.rules.push(settings.existing(folder)?);
            }
        }
        if let (None, Some(baseline)) = (&select.baseline, &settings.baseline) {
            select.baseline = Some(settings.path(baseline)?);
        }
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

/// One of the paths holds all of the folder that the settings lie in.
fn covers(paths: &[PathBuf], settings: &Settings) -> bool {
    let folder = settings.absolute_folder();
    let mut paths = paths.iter();
    paths.any(|path| folder.starts_with(canonical(path)))
}

//! Users' own rules, wherever they are named.

use std::path::PathBuf;
use std::sync::Arc;

use crate::own::{self, Own};
use crate::problem::Problem;
use crate::rule::Catalogue;
use crate::settings::{Settings, find};
use crate::source::Sources;

/// Own rules and their pages.
#[derive(Debug)]
pub(super) struct OwnRules {
    /// In the order of folders and names.
    pub(super) rules: Vec<Own>,
    /// The pages.
    pub(super) sources: Arc<Sources>,
}

impl OwnRules {
    /// The rules in these folders; where there are none, in those that the settings of the
    /// working folder name.
    pub(super) fn of(folders: &[PathBuf]) -> Result<Self, (Arc<Sources>, Vec<Problem>)> {
        let sources = Arc::new(Sources::new());
        let named = if folders.is_empty() {
            from_settings(&sources)
        } else {
            Ok(folders.to_vec())
        };
        match named.and_then(|folders| read(&folders, &sources)) {
            Ok(rules) => Ok(Self { rules, sources }),
            Err(problems) => Err((sources, problems)),
        }
    }

    /// Every rule there is.
    pub(super) fn catalogue(&self) -> Catalogue {
        catalogue(&self.rules)
    }
}

fn from_settings(sources: &Sources) -> Result<Vec<PathBuf>, Vec<Problem>> {
    let found = find(None, &[], sources).map_err(|problem| vec![problem])?;
    let Some(found) = found else {
        return Ok(Vec::new());
    };
    let settings = Settings::read(sources, &found);
    let folders = settings.and_then(|settings| {
        let folders = settings.rules.iter();
        let folders = folders.map(|folder| settings.existing(folder));
        folders
            .collect::<Result<_, _>>()
            .map_err(|fault| vec![fault])
    });
    folders.map_err(|faults| {
        let faults = faults.into_iter();
        faults.map(|fault| Problem::of(fault, sources)).collect()
    })
}

/// The rules of these folders; two of one name are a problem.
pub(super) fn read(folders: &[PathBuf], sources: &Sources) -> Result<Vec<Own>, Vec<Problem>> {
    let mut rules: Vec<Own> = Vec::new();
    for folder in folders {
        for rule in own::read(folder, sources)? {
            let id = rule.page.id;
            if rules.iter().any(|known| known.page.id == id) {
                let problem =
                    Problem::new(format!("there are two rules of your own called `{id}`"));
                return Err(vec![problem.help("give one of them another name")]);
            }
            rules.push(rule);
        }
    }
    Ok(rules)
}

/// Every rule there is beside these.
pub(super) fn catalogue(own: &[Own]) -> Catalogue {
    Catalogue::with(own.iter().map(|rule| rule.page).collect())
}

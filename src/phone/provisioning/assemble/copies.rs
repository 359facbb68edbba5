//! Folders below the one that handsets are provisioned from which were copied from it, or which
//! are copied to make others.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Assembly, Boot};
use crate::handset::Mac;
use crate::phone::provisioning::list::Named;
use crate::phone::provisioning::role::with_parents;
use crate::source::{SourceId, tells_of_copy};

impl<'a> Assembly<'a> {
    /// Passes over folders with master files of their own that are for no other handsets than those
    /// of the folder that they lie in.
    pub(super) fn pass_over_copies(&mut self, boots: &mut BTreeMap<&'a str, Boot>) {
        if boots.len() < 2 {
            return;
        }
        // A folder comes before those that lie in it.
        let mut handsets: HashMap<&str, BTreeSet<Mac>> = HashMap::new();
        for (folder, boot) in &*boots {
            let masters = boot.default.iter().chain(&boot.named).copied();
            let masters: Vec<SourceId> = masters.collect();
            let mut all = masters.iter().chain(boot.own.values());
            if !all.any(|master| !self.list(*master).is_empty()) {
                continue;
            }
            let mut own: BTreeSet<Mac> = boot.own.keys().copied().collect();
            for master in &masters {
                own.extend(self.named_for(*master, folder, boot));
            }
            let mut above = with_parents(folder).skip(1);
            let above = above.find_map(|above| Some((above, handsets.get(above)?)));
            let is_copy = above.is_some_and(|(above, served)| {
                let below = &folder[above.len()..];
                !served.is_empty()
                    && if own.is_empty() {
                        // Each handset is to have a file, and none has.
                        masters.iter().any(|one| self.is_for_files_beside(*one))
                    } else {
                        // A copy may have handsets that are gone since; a site that is called so
                        // has others.
                        let has_others = is_named_as_copy(below) && !own.is_disjoint(served);
                        own.is_subset(served) || has_others
                    }
            });
            if is_copy {
                self.copies.insert((*folder).to_owned());
            } else {
                handsets.insert(folder, own);
            }
        }
        boots.retain(|folder, _| !self.copies.contains(*folder));
    }

    /// The list of a master file names a file of each handset, all in its folder or below.
    fn is_for_files_beside(&mut self, master: SourceId) -> bool {
        let list = self.list(master);
        let leads_out = |named: &&Named| named.is_url() || named.text.starts_with(['.', '/', '\\']);
        let mut own = list.iter().filter(|named| named.around_mac().is_some());
        let has_own = own.clone().next().is_some();
        has_own && !own.any(|named| leads_out(&named))
    }
}

/// A folder on the way is called as one that files were put aside in.
fn is_named_as_copy(path: &str) -> bool {
    let path = path.to_lowercase();
    let mut words = path.split(|one: char| !one.is_alphabetic());
    words.any(tells_of_copy)
}

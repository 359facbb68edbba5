//! Which views speak of what handsets look up.

use std::collections::HashSet;

use crate::phone::provisioning::Reading;
use crate::site::view::{folder, nearness};
use crate::site::{Setup, Site};
use crate::source::SourceId;

/// The views that speak of a set-up; where none does, the first one, which will say so.
pub(super) fn views_for(setup: &Setup, site: &Site) -> Vec<usize> {
    if let Some(view) = setup.view {
        return vec![view];
    }
    let Some(name) = setup.name() else {
        return vec![0];
    };
    let views = &site.views;
    let mut speaking: Vec<_> = (0..views.len())
        .filter(|at| views[*at].covers(name))
        .collect();
    if speaking.len() > 1 {
        keep_nearest(&mut speaking, setup, site);
        // The zone itself speaks before those above it that do not know the name.
        let depth = |at: usize| views[at].zone_of(name).map(|zone| zone.apex.num_labels());
        let of_files = |at: &usize| views[*at].live.is_none();
        let most = speaking
            .iter()
            .copied()
            .filter(of_files)
            .filter_map(depth)
            .max();
        speaking.retain(|at| !of_files(at) || depth(*at) == most || views[*at].exists(name));
    }
    if speaking.is_empty() {
        vec![0]
    } else {
        speaking
    }
}

/// Of the views that speak of a set-up, those of zones that lie nearest to the files of its
/// handsets, in the same branch of folders.
fn keep_nearest(speaking: &mut Vec<usize>, setup: &Setup, site: &Site) {
    let path = |source: SourceId| folder(&site.sources.get(source).name);
    let groups = setup.groups.iter().map(|at| &site.provisioning.groups[*at]);
    let readings = groups.flat_map(|group| std::iter::once(&group.reading).chain(&group.twins));
    let masters = readings.filter_map(Reading::master);
    let folders: HashSet<_> = masters.map(path).collect();
    if folders.is_empty() {
        return;
    }
    let of_view = |at: usize| {
        let view = &site.views[at];
        view.source.filter(|_| view.live.is_none()).map(path)
    };
    let mut nearest = HashSet::new();
    for folder in folders {
        let distances = speaking.iter().map(|at| {
            let nearness = of_view(*at).map(|place| nearness(folder, place));
            (*at, nearness)
        });
        let distances: Vec<_> = distances.collect();
        let most = distances.iter().filter_map(|(_, nearness)| *nearness).max();
        let near = distances
            .into_iter()
            .filter(|(_, nearness)| nearness.is_none() || *nearness == most);
        nearest.extend(near.map(|(at, _)| at));
    }
    speaking.retain(|at| nearest.contains(at));
}

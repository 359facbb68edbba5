//! Which machines are down together.

/// Up to so many machines every combination is looked at, beyond it none, one and two down.
const ALL_OF: usize = 6;

/// Combinations looked at where there are many machines.
const MOST: usize = 1000;

/// What the combinations may come to, times the number of machines.
const EFFORT: usize = 200_000;

/// Combinations of machines that are down, the smallest first, and how many more there are.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Combinations {
    /// Indexes of the machines that are down.
    pub(super) list: Vec<Vec<usize>>,
    /// Combinations that are left out.
    pub(super) left_out: usize,
}

pub(super) fn combinations(machines: usize) -> Combinations {
    if machines <= ALL_OF {
        let subset = |bits: usize| (0..machines).filter(move |at| bits >> at & 1 == 1);
        let mut list: Vec<Vec<usize>> = (0..1_usize << machines)
            .map(|bits| subset(bits).collect())
            .collect();
        list.sort_by(|one, two| (one.len(), one).cmp(&(two.len(), two)));
        return Combinations { list, left_out: 0 };
    }
    let limit = (EFFORT / machines).clamp(2, MOST);
    let pairs = (0..machines).flat_map(|one| (one + 1..machines).map(move |two| vec![one, two]));
    let singles = (0..machines).map(|one| vec![one]);
    let list: Vec<_> = std::iter::once(Vec::new())
        .chain(singles)
        .chain(pairs)
        .take(limit)
        .collect();
    // Every combination of any number of them is more than anyone reads.
    let all = machines.saturating_mul(machines - 1) / 2 + machines + 1;
    Combinations {
        left_out: all - list.len(),
        list,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_machines_are_combined_in_every_way() {
        assert_eq!(combinations(0).list, [[0_usize; 0]]);
        let three = combinations(3);
        assert_eq!(three.list.len(), 8);
        assert_eq!(three.list[4], [0, 1]);
        assert_eq!(three.list[7], [0, 1, 2]);
        assert_eq!(combinations(6).list.len(), 64);
    }

    #[test]
    fn many_machines_are_bounded_and_the_rest_is_counted() {
        let seven = combinations(7);
        assert_eq!((seven.list.len(), seven.left_out), (1 + 7 + 21, 0));
        let crowd = combinations(1000);
        assert_eq!(crowd.list.len(), 200);
        assert_eq!(crowd.list.len() + crowd.left_out, 1 + 1000 + 499_500);
        assert!(combinations(65_536).list.len() <= 3);
    }
}

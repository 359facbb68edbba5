//! What names of files tell of copies.

/// What Windows puts behind the name of a copy, in the languages it speaks, in lower case.
const WINDOWS_WORDS: [&str; 12] = [
    "copy",
    "copie",
    "copia",
    "cópia",
    "kopie",
    "kopia",
    "kopi",
    "kopio",
    "копия",
    "コピー",
    "副本",
    "복사본",
];

/// What people write into the names of copies.
const PEOPLES_WORDS: [&str; 12] = [
    "old", "alt", "bak", "backup", "backups", "orig", "original", "save", "saved", "archive",
    "archives", "archiv",
];

/// What package managers and editors put behind the names of files that they put aside.
const PROGRAMS_WORDS: [&str; 7] = [
    "rpmnew",
    "rpmorig",
    "rpmsave",
    "dpkg-dist",
    "dpkg-new",
    "dpkg-old",
    "swp",
];

/// Whether a word (in lower case, letters only) stands in names of copies that were put aside.
pub(crate) fn tells_of_copy(word: &str) -> bool {
    WINDOWS_WORDS.contains(&word) || PEOPLES_WORDS.contains(&word)
}

/// The name (without its folder) of what a file was copied from, where its own name shows that
/// it was put aside: `x.zone~`, `#x.zone#`, `x.zone.bak`, `x.zone.2025-01-01`, `x - Copy.zone`,
/// `Copy of x.zone`, `x (1).zone`.
pub(crate) fn original(name: &str) -> Option<String> {
    if let Some(original) = unmarked(name) {
        return Some(original.to_owned());
    }
    let (stem, ending) = name.rsplit_once('.')?;
    unmarked(stem).map(|original| format!("{original}.{ending}"))
}

/// What stands before or between the marks of a copy, at the end of a name or around it.
pub(crate) fn unmarked(name: &str) -> Option<&str> {
    let of_editor = name.strip_suffix('~');
    let of_editor = of_editor.or_else(|| name.strip_prefix('#')?.strip_suffix('#'));
    let original = of_editor
        .or_else(|| behind_mark(name))
        .or_else(|| before_mark(name))?;
    (!original.is_empty()).then_some(original)
}

/// What stands behind `Copy of `, `Kopie von `, `Copia de `.
fn behind_mark(name: &str) -> Option<&str> {
    let mut words = name.splitn(3, ' ');
    let (first, second, rest) = (words.next()?, words.next()?, words.next()?);
    let is_mark = WINDOWS_WORDS.contains(&first.to_lowercase().as_str());
    (is_mark && second.chars().count() < 4).then_some(rest)
}

/// What stands before a word or a day at the end: `.bak`, ` - Copy`, ` copy 2`, `_2025-01-01`.
fn before_mark(name: &str) -> Option<&str> {
    const BETWEEN: [char; 4] = ['.', '_', '-', ' '];
    let before = |name: &'_ str, is_mark: &dyn Fn(&str) -> bool| {
        let parts = BETWEEN.iter().filter_map(|sign| name.rsplit_once(*sign));
        let marked = parts.filter(|(_, mark)| is_mark(mark));
        let lengths = marked.map(|(rest, _)| rest.trim_end_matches(BETWEEN).len());
        lengths.min()
    };
    let is_word = |mark: &str| {
        let mark = mark.to_lowercase();
        tells_of_copy(&mark) || PROGRAMS_WORDS.contains(&mark.as_str())
    };
    // Of several copies each has a number.
    let numbered = name.rsplit_once(' ').filter(|(_, number)| {
        let number = number.trim_start_matches('(').trim_end_matches(')');
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    let by_word = numbered.and_then(|(name, _)| before(name, &is_word));
    let end = by_word.or_else(|| before(name, &is_word));
    let end = end.or_else(|| before_day(name));
    // What is downloaded again gets no more than the number.
    let again = || numbered.filter(|(_, number)| number.starts_with('(') && number.ends_with(')'));
    end.map(|end| &name[..end]).or_else(|| Some(again()?.0))
}

/// Where a day at the end of a name begins, with the sign before it: `.20250101`,
/// `_2025-01-01`.
fn before_day(name: &str) -> Option<usize> {
    let is_part = |one: char| one.is_ascii_digit() || one == '-';
    let day = name[name.trim_end_matches(is_part).len()..].trim_start_matches('-');
    let digits: String = day.chars().filter(char::is_ascii_digit).collect();
    let number = |from: usize, to: usize| digits.get(from..to)?.parse::<u32>().ok();
    let is_day = digits.len() == 8
        && (1990..2100).contains(&number(0, 4)?)
        && (1..=12).contains(&number(4, 6)?)
        && (1..=31).contains(&number(6, 8)?);
    let rest = &name[..name.len() - day.len()];
    let before = rest.trim_end_matches(['.', '_', '-', ' ']);
    (is_day && before.len() < rest.len()).then_some(before.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_copies_tell_the_original() {
        for (name, expected) in [
            ("x.zone~", Some("x.zone")),
            ("#x.zone#", Some("x.zone")),
            ("x.zone.bak", Some("x.zone")),
            ("x.zone.OLD", Some("x.zone")),
            ("x.zone.dpkg-old", Some("x.zone")),
            ("x.zone.2025-01-01", Some("x.zone")),
            ("x.zone.20250101", Some("x.zone")),
            ("x_2025-01-01.zone", Some("x.zone")),
            ("x.zone copy", Some("x.zone")),
            ("x.zone copy 2", Some("x.zone")),
            ("x - Copy.zone", Some("x.zone")),
            ("x - Kopie (2).zone", Some("x.zone")),
            ("Copy of x.zone", Some("x.zone")),
            ("Copia de x.zone", Some("x.zone")),
            ("x.zone", None),
            ("x.zone.1", None),
            ("x (2).zone", Some("x.zone")),
            ("x.zone (1)", Some("x.zone")),
            ("x 2.zone", None),
            ("x (a).zone", None),
            ("x().zone", None),
            ("x.zone.signed", None),
            ("x.2025-13-01", None),
            ("db.20250101", Some("db")),
            ("20250101", None),
            ("threshold", None),
            ("old", None),
            ("~", None),
            ("", None),
        ] {
            assert_eq!(original(name).as_deref(), expected, "{name}");
        }
    }
}

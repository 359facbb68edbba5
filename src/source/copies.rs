//! What names of files tell of copies.

/// What Windows puts behind the name of a copy, in the languages it speaks, in lower case.
pub(crate) const COPY_WORDS: [&str; 12] = [
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

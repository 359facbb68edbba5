//! `seeds ZONE... FOLDER`: writes inputs of the target `dns_answers` into a folder, made from
//! zones.

// The code that counts what is reached is the fuzzer's.
use libfuzzer_sys as _;

use std::env;
use std::fs;
use std::io;
use std::path::Path;

fn main() -> io::Result<()> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let Some((folder, zones)) = arguments.split_last() else {
        return Err(io::Error::other("no folder is named"));
    };
    let texts: Vec<_> = zones.iter().map(fs::read).collect::<Result<_, _>>()?;
    let texts: Vec<_> = texts
        .iter()
        .map(|text| String::from_utf8_lossy(text).into_owned())
        .collect();
    for (number, seed) in sipdns_lint_fuzz::seeds_of_answers(&texts)
        .iter()
        .enumerate()
    {
        fs::write(Path::new(folder).join(number.to_string()), seed)?;
    }
    Ok(())
}

//! `new`: the files of a new deployment.

use std::io;

use super::{COULD_NOT_CHECK, Streams};
use crate::cli::New;
use crate::deployment::{self, Request};
use crate::report::printable;

/// Writes the files, or says what is wrong with the request and writes nothing.
pub(super) fn run(new: &New, streams: &mut Streams<'_>) -> io::Result<u8> {
    let request = Request {
        domain: &new.domain,
        subdomain: new.subdomain.as_deref(),
        servers: &new.servers,
        transport: &new.transport,
        port: new.port,
        naptr: new.naptr,
    };
    let deployment = match request.read() {
        Ok(deployment) => deployment,
        Err(refusal) => return refuse(&refusal.to_string(), streams),
    };
    let files = deployment.files();
    if let Err(error) = deployment::write(&new.out, &files) {
        return refuse(&error.to_string(), streams);
    }
    for (name, _) in &files {
        let path = new.out.join(name);
        writeln!(streams.stdout, "{}", printable(&path.to_string_lossy()))?;
    }
    Ok(0)
}

fn refuse(message: &str, streams: &mut Streams<'_>) -> io::Result<u8> {
    let (message, help) = message.split_once('\n').unwrap_or((message, ""));
    writeln!(streams.stderr, "error: {}", printable(message))?;
    if !help.is_empty() {
        writeln!(streams.stderr, "  {}", printable(help))?;
    }
    Ok(COULD_NOT_CHECK)
}

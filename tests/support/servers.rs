//! Real name servers on loopback for tests: BIND, Knot and NSD, unprivileged, each in a
//! temporary folder with a configuration of its own, ended when the value is dropped.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sipdns_lint::dns::{Name, RecordType};
use tempfile::TempDir;

use crate::client::Client;

#[path = "installed.rs"]
mod installed;

pub use installed::required;

/// How long a server may take to load its zones.
const START: Duration = Duration::from_secs(20);

/// How long a server may take to end when it is asked to.
const STOP: Duration = Duration::from_secs(5);

/// Another program may take a free port before the server does: so often a start is tried.
const ATTEMPTS: usize = 3;

/// A name server program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// BIND's `named`.
    Bind,
    /// Knot DNS's `knotd`.
    Knot,
    /// NSD's `nsd`.
    Nsd,
}

impl Program {
    /// Every program.
    pub const ALL: [Self; 3] = [Self::Bind, Self::Knot, Self::Nsd];

    /// The name of its executable.
    pub fn executable(self) -> &'static str {
        match self {
            Self::Bind => "named",
            Self::Knot => "knotd",
            Self::Nsd => "nsd",
        }
    }

    /// Where it is installed, if it is.
    pub fn find(self) -> Option<PathBuf> {
        installed::find(self.executable())
    }

    /// The configuration that serves the zones, each from `<apex>zone` in `folder`, to
    /// 127.0.0.1 only; and transfers them, to who has the key where there is one.
    fn configuration(
        self,
        folder: &Path,
        port: u16,
        apexes: &[&str],
        key: Option<&TransferKey>,
    ) -> String {
        let folder = folder.display();
        let mut text = match self {
            Self::Bind => format!(
                "options {{ directory \"{folder}\"; listen-on port {port} {{ 127.0.0.1; }};\n\
                 listen-on-v6 {{ none; }}; pid-file none; lock-file none; session-keyfile none;\n\
                 recursion no; dnssec-validation no; empty-zones-enable no; notify no;\n\
                 allow-transfer {{ {}; }}; minimal-responses no; zero-no-soa-ttl no; }};\n\
                 controls {{ }};\n{}",
                key.map_or("127.0.0.1", |_| "key transfer.test."),
                key.map_or_else(String::new, TransferKey::file),
            ),
            Self::Knot => format!(
                "server:\n    rundir: \"{folder}\"\n    listen: 127.0.0.1@{port}\n    \
                 udp-workers: 1\n    tcp-workers: 1\n    background-workers: 1\n\
                 log:\n  - target: stderr\n    any: warning\n\
                 database:\n    storage: \"{folder}\"\n{}\
                 acl:\n  - id: transfer\n    address: 127.0.0.1\n    action: transfer\n{}\
                 template:\n  - id: default\n    storage: \"{folder}\"\n    \
                 zonefile-sync: -1\n    journal-content: none\n    acl: transfer\n\
                 zone:\n",
                key.map_or_else(String::new, |key| format!(
                    "key:\n  - id: transfer.test.\n    algorithm: {}\n    secret: {}\n",
                    key.algorithm, key.secret
                )),
                key.map_or("", |_| "    key: transfer.test.\n"),
            ),
            Self::Nsd => format!(
                "server:\n server-count: 1\n ip-address: 127.0.0.1\n port: {port}\n do-ip6: no\n \
                 username: \"\"\n chroot: \"\"\n database: \"\"\n zonesdir: \"{folder}\"\n \
                 pidfile: \"{folder}/nsd.pid\"\n xfrdfile: \"{folder}/xfrd.state\"\n \
                 xfrdir: \"{folder}\"\n zonelistfile: \"{folder}/zone.list\"\n \
                 rrl-ratelimit: 0\n\
                 remote-control:\n control-enable: no\n{}",
                key.map_or_else(String::new, |key| format!(
                    "key:\n name: transfer.test.\n algorithm: {}\n secret: \"{}\"\n",
                    key.algorithm, key.secret
                )),
            ),
        };
        let who = key.map_or("NOKEY", |_| "transfer.test.");
        for apex in apexes {
            match self {
                Self::Bind => writeln!(
                    text,
                    "zone \"{apex}\" {{ type primary; file \"{apex}zone\"; check-names ignore; \
                     check-integrity no; }};"
                ),
                Self::Knot => writeln!(text, "  - domain: {apex}\n    file: {apex}zone"),
                Self::Nsd => writeln!(
                    text,
                    "zone:\n name: {apex}\n zonefile: {apex}zone\n \
                     provide-xfr: 127.0.0.1 {who}"
                ),
            }
            .expect("a string takes any text");
        }
        text
    }

    /// The arguments that keep it in the foreground.
    fn arguments(self, configuration: &Path) -> Vec<String> {
        let configuration = configuration.display().to_string();
        let words: &[&str] = match self {
            Self::Bind => &["-g", "-4", "-n", "1", "-c"],
            Self::Knot => &["-c"],
            Self::Nsd => &["-d", "-c"],
        };
        let words = words.iter().map(|word| (*word).to_owned());
        words.chain([configuration]).collect()
    }
}

/// The key `transfer.test.` that transfers are signed with.
#[derive(Debug, Clone, Copy)]
pub struct TransferKey {
    /// `hmac-sha256` and the like.
    pub algorithm: &'static str,
    /// In Base64.
    pub secret: &'static str,
}

impl TransferKey {
    /// A key file as BIND reads it.
    pub fn file(&self) -> String {
        format!(
            "key \"transfer.test.\" {{ algorithm {}; secret \"{}\"; }};\n",
            self.algorithm, self.secret
        )
    }
}

/// A running name server.
#[derive(Debug)]
pub struct Server {
    /// What runs.
    #[allow(dead_code, reason = "not every test asks which server this is")]
    pub program: Program,
    /// Where it listens, over UDP and TCP.
    pub address: SocketAddr,
    child: Child,
    /// Zones, configuration and log; removed with the server.
    _folder: TempDir,
}

impl Server {
    /// Starts `program`, found at `executable`, with zones given as absolute apex and text,
    /// and waits until it answers for all of them.
    ///
    /// # Panics
    /// With the server's log, where it does not come up.
    pub fn start(
        program: Program,
        executable: &Path,
        zones: &[(&str, &str)],
        key: Option<&TransferKey>,
    ) -> Self {
        let mut log = String::new();
        for _ in 0..ATTEMPTS {
            match Self::try_start(program, executable, zones, key) {
                Ok(server) => return server,
                Err(text) => log = text,
            }
        }
        panic!("{program:?} does not start:\n{log}");
    }

    /// One attempt; the error is the server's log.
    fn try_start(
        program: Program,
        executable: &Path,
        zones: &[(&str, &str)],
        key: Option<&TransferKey>,
    ) -> Result<Self, String> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).expect("a writable temporary folder");
            path
        };
        for (apex, text) in zones {
            write(&format!("{apex}zone"), text);
        }
        let apexes: Vec<_> = zones.iter().map(|(apex, _)| *apex).collect();
        let port = free_port().expect("a free port on loopback");
        let configuration = program.configuration(folder.path(), port, &apexes, key);
        let configuration = write("configuration", &configuration);
        let log = folder.path().join("log");
        let child = Command::new(executable)
            .args(program.arguments(&configuration))
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log).expect("a writable temporary folder"))
            .spawn()
            .expect("an executable program");
        let mut server = Self {
            program,
            address: (Ipv4Addr::LOCALHOST, port).into(),
            child,
            _folder: folder,
        };
        if server.wait_until_loaded(&apexes) {
            Ok(server)
        } else {
            Err(fs::read_to_string(log).unwrap_or_default())
        }
    }

    /// Whether the server answers for every apex in time.
    fn wait_until_loaded(&mut self, apexes: &[&str]) -> bool {
        let begin = Instant::now();
        let client = Client::new(self.address).expect("a port on loopback");
        apexes.iter().all(|apex| {
            let apex = Name::from_ascii(apex).expect("a name");
            loop {
                if let Ok(Some(_)) = self.child.try_wait() {
                    return false;
                }
                let reply = client.ask(&apex, RecordType::SOA);
                if reply.is_ok_and(|reply| !reply.answers.is_empty()) {
                    return true;
                }
                if begin.elapsed() > START {
                    return false;
                }
                std::thread::sleep(Duration::from_millis(50));
            }
        })
    }
}

impl Drop for Server {
    /// Asks the server to end, so that it ends its own children too (NSD has some), and
    /// kills it where it does not.
    fn drop(&mut self) {
        let asked = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let begin = Instant::now();
        while asked.is_ok() && begin.elapsed() < STOP {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        // An error means that it ended by itself meanwhile.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port of 127.0.0.1 that is free for UDP and TCP.
pub fn free_port() -> io::Result<u16> {
    loop {
        let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = tcp.local_addr()?.port();
        if UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
}

//! The key that a zone transfer is signed with (TSIG, RFC 8945), and the file that holds it.
//!
//! The file is what BIND's `tsig-keygen` writes and its `dig -k` reads:
//!
//! ```text
//! key "transfer.example." {
//!     algorithm hmac-sha256;
//!     secret "nVZQZ6Yt0…=";
//! };
//! ```

use hickory_proto::op::Message;
use hickory_proto::rr::TSigner;
use hickory_proto::rr::rdata::tsig::{TsigAlgorithm, signed_bitmessage_to_buf};

use crate::dns::Name;

/// Seconds by which the clocks of both sides may differ (RFC 8945 10).
const FUDGE: u16 = 300;

/// Messages of a transfer that may come unsigned between two signed ones (RFC 8945 5.3.1).
const MAX_UNSIGNED: usize = 99;

/// The algorithms of keys, as key files spell them.
const ALGORITHMS: [(&str, TsigAlgorithm); 3] = [
    ("hmac-sha256", TsigAlgorithm::HmacSha256),
    ("hmac-sha384", TsigAlgorithm::HmacSha384),
    ("hmac-sha512", TsigAlgorithm::HmacSha512),
];

/// A key and its name.
#[derive(Clone)]
pub struct Key(TSigner);

/// A secret is not for logs.
impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({})", self.0.signer_name())
    }
}

/// What is wrong with a key file. No message repeats what stands in it behind `secret`.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It is no key file, or stops in the middle.
    #[error("`{0}` was expected, as in `key \"NAME\" {{ algorithm hmac-sha256; secret \"…\"; }};`")]
    Expected(&'static str),
    /// Two keys, and nothing says which one is meant.
    #[error("it holds several keys; give a file with one")]
    Several,
    /// The key's name is none.
    #[error("`{0}` is no key name")]
    Name(String),
    /// An algorithm that is unknown or no longer safe.
    #[error("`{0}` is not supported; there are hmac-sha256, hmac-sha384 and hmac-sha512")]
    Algorithm(String),
    /// The secret is no Base64.
    #[error("the secret is no Base64")]
    Secret,
}

/// Why a signed answer is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// It carries no signature where one is due.
    #[error("the answer is not signed")]
    Missing,
    /// The signature is another key's, or the message was changed on its way.
    #[error("the signature of the answer is wrong")]
    Wrong,
    /// The clocks of both sides differ too much.
    #[error("the answer was signed at another time: check the clocks")]
    Time,
}

impl Key {
    /// Reads a key file.
    pub fn read(text: &str) -> Result<Self, KeyError> {
        let mut words = words(text).into_iter().peekable();
        let mut expect = |wanted: &'static str| match words.next() {
            Some(word) if word == wanted => Ok(()),
            _ => Err(KeyError::Expected(wanted)),
        };
        expect("key")?;
        let name = words.next().ok_or(KeyError::Expected("NAME"))?;
        let mut expect = |wanted: &'static str| match words.next() {
            Some(word) if word == wanted => Ok(()),
            _ => Err(KeyError::Expected(wanted)),
        };
        expect("{")?;
        let (mut algorithm, mut secret) = (None, None);
        loop {
            let setting = words.next().ok_or(KeyError::Expected("}"))?;
            let place = match setting.as_str() {
                "}" => break,
                "algorithm" => &mut algorithm,
                "secret" => &mut secret,
                _ => return Err(KeyError::Expected("algorithm")),
            };
            *place = words.next();
            if words.next().as_deref() != Some(";") {
                return Err(KeyError::Expected(";"));
            }
        }
        let mut rest = words.skip_while(|word| word == ";");
        match rest.next().as_deref() {
            None => {}
            Some("key") => return Err(KeyError::Several),
            Some(_) => return Err(KeyError::Expected("key")),
        }
        let algorithm = algorithm.ok_or(KeyError::Expected("algorithm"))?;
        let secret = secret.ok_or(KeyError::Expected("secret"))?;
        Self::new(&name, &algorithm, &secret)
    }

    fn new(name: &str, algorithm: &str, secret: &str) -> Result<Self, KeyError> {
        let no_name = || KeyError::Name(name.to_owned());
        let signer = Name::from_ascii(name).map_err(|_| no_name())?;
        if signer.is_root() {
            return Err(no_name());
        }
        let spelt = algorithm.trim_end_matches('.').to_ascii_lowercase();
        let known = ALGORITHMS.into_iter().find(|(name, _)| *name == spelt);
        let unknown = || KeyError::Algorithm(algorithm.to_owned());
        let (_, algorithm) = known.ok_or_else(unknown)?;
        let secret = data_encoding::BASE64
            .decode(secret.as_bytes())
            .map_err(|_| KeyError::Secret)?;
        let signer = signer.to_lowercase();
        TSigner::new(secret, algorithm, (&signer).into(), FUDGE)
            .map(Self)
            .map_err(|_| unknown())
    }

    /// Signs a question; what checks the answers.
    pub(super) fn sign(&self, question: &mut Message, now: u64) -> Option<Chain> {
        question.finalize(&self.0, now).ok()?;
        let signature = question.signature()?;
        Some(Chain {
            key: self.0.clone(),
            previous: signature.data.mac.clone(),
            first: true,
            unsigned: Vec::new(),
            unsigned_count: 0,
        })
    }
}

/// The words of a key file: comments left out, quotes taken away, each of `{};` a word.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = if rest.starts_with("//") || first == '#' {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(quoted) = rest.strip_prefix('"') {
            let end = quoted.find('"').unwrap_or(quoted.len());
            words.push(quoted[..end].to_owned());
            (end + 2).min(rest.len())
        } else if "{};".contains(first) {
            words.push(first.to_string());
            1
        } else {
            let ends = |c: char| c.is_whitespace() || "{};\"".contains(c);
            let end = rest.find(ends).unwrap_or(rest.len());
            words.push(rest[..end].to_owned());
            end
        };
        rest = rest[end..].trim_start();
    }
    words
}

/// Checks the messages of a transfer one after the other: each signature covers the one
/// before and every message since (RFC 8945 5.3.1). hickory's own check takes signed messages
/// only, but servers sign one in a hundred.
pub(super) struct Chain {
    key: TSigner,
    previous: Vec<u8>,
    first: bool,
    unsigned: Vec<u8>,
    unsigned_count: usize,
}

impl Chain {
    /// Takes the next message, as it came and as it was read.
    pub fn check(
        &mut self,
        octets: &[u8],
        message: &Message,
        now: u64,
    ) -> Result<(), SignatureError> {
        if message.signature().is_none() {
            if self.first || self.unsigned_count == MAX_UNSIGNED {
                return Err(SignatureError::Missing);
            }
            self.unsigned.extend_from_slice(octets);
            self.unsigned_count += 1;
            return Ok(());
        }
        let (signed, record) = signed_bitmessage_to_buf(octets, None, self.first)
            .map_err(|_| SignatureError::Wrong)?;
        let signature = &record.data;
        // Shorter ones would be easier to forge (RFC 8945 5.2.2.1).
        let whole = signature.mac.len() == self.previous.len();
        if record.name != *self.key.signer_name()
            || signature.algorithm != *self.key.algorithm()
            || !whole
        {
            return Err(SignatureError::Wrong);
        }
        let length = u16::try_from(self.previous.len()).map_err(|_| SignatureError::Wrong)?;
        let covered = [
            &length.to_be_bytes()[..],
            &self.previous,
            &self.unsigned,
            &signed,
        ]
        .concat();
        self.key
            .verify(&covered, &signature.mac)
            .map_err(|_| SignatureError::Wrong)?;
        if signature.time.abs_diff(now) > u64::from(signature.fudge) {
            return Err(SignatureError::Time);
        }
        self.previous.clone_from(&signature.mac);
        self.first = false;
        self.unsigned.clear();
        self.unsigned_count = 0;
        Ok(())
    }

    /// No message follows.
    pub fn finish(&self) -> Result<(), SignatureError> {
        if self.first || self.unsigned_count > 0 {
            return Err(SignatureError::Missing);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "key \"t.\" { algorithm hmac-sha256; secret \"c2VjcmV0\"; };";

    #[test]
    fn a_key_file_is_read_as_bind_reads_it() {
        for text in [
            KEY,
            "# a comment\nkey t. {\n\tsecret c2VjcmV0; // here\n\talgorithm HMAC-SHA256. ; };",
            "/* key x */ key \"T\"{algorithm \"hmac-sha256\";secret \"c2VjcmV0\";};\n",
        ] {
            let Key(key) = Key::read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(key.signer_name().to_string(), "t.");
            assert_eq!(key.key(), b"secret");
        }
        for (algorithm, expected) in ALGORITHMS {
            let Key(key) = Key::read(&KEY.replace("hmac-sha256", algorithm)).unwrap();
            assert_eq!(*key.algorithm(), expected);
        }
    }

    #[test]
    fn what_is_wrong_with_a_key_file_is_said_without_its_secret() {
        for (text, expected) in [
            ("", KeyError::Expected("key")),
            ("options { };", KeyError::Expected("key")),
            ("key", KeyError::Expected("NAME")),
            ("key t algorithm", KeyError::Expected("{")),
            ("key t { algorithm hmac-sha256;", KeyError::Expected("}")),
            ("key t { algorithm hmac-sha256 }", KeyError::Expected(";")),
            (
                "key t { secret \"c2VjcmV0\"; };",
                KeyError::Expected("algorithm"),
            ),
            (
                "key t { algorithm hmac-sha256; };",
                KeyError::Expected("secret"),
            ),
            (
                "key . { algorithm hmac-sha256; secret \"c2VjcmV0\"; };",
                KeyError::Name(".".into()),
            ),
            (
                &KEY.replace("sha256", "md5"),
                KeyError::Algorithm("hmac-md5".into()),
            ),
            (&KEY.replace("c2VjcmV0", "c2Vjc!"), KeyError::Secret),
            (&KEY.repeat(2), KeyError::Several),
        ] {
            let error = Key::read(text).expect_err(text);
            assert!(!error.to_string().contains("c2Vjc"), "{error}");
            assert_eq!(error, expected, "{text}");
        }
        assert_eq!(format!("{:?}", Key::read(KEY).unwrap()), "Key(t.)");
    }
}

//! The parameters of a server entry that failover depends on.

use super::figure::Basis;
use crate::source::Span;

/// The value of a parameter, and who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<T> {
    /// What the handset goes by.
    pub value: T,
    /// The parameter's full name.
    pub name: String,
    /// Where it is set; `None` for its default.
    pub span: Option<Span>,
    /// The guide that describes it.
    pub source: &'static str,
}

impl<T: ToString> Setting<T> {
    /// As the reason of a figure.
    pub fn basis(&self) -> Basis {
        Basis::Parameter {
            name: self.name.clone(),
            value: self.value.to_string(),
            span: self.span,
            source: self.source,
        }
    }
}

/// When the server that is first in the list is tried again (`failOver.failBack.mode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FailbackMode {
    /// At each new request.
    NewRequests,
    /// When the TTL of the server in use is over.
    DnsTtl,
    /// When the registration is renewed.
    Registration,
    /// After a time of its own.
    Duration,
}

impl FailbackMode {
    /// Every mode, as it is spelt in configurations.
    pub const ALL: [(&'static str, Self); 4] = [
        ("newRequests", Self::NewRequests),
        ("DNSTTL", Self::DnsTtl),
        ("registration", Self::Registration),
        ("duration", Self::Duration),
    ];
}

impl std::fmt::Display for FailbackMode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let spelt = Self::ALL.into_iter().find(|(_, mode)| mode == self);
        f.write_str(spelt.map_or("", |(spelling, _)| spelling))
    }
}

/// What failover of one server entry depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `register`: whether it registers with this entry at all.
    pub register: Setting<u32>,
    /// `retryTimeOut`, in milliseconds; 0 follows RFC 3261.
    pub retry_timeout: Setting<u32>,
    /// `retryMaxCount`; 0 means 3.
    pub retry_count: Setting<u32>,
    /// `expires`, in seconds.
    pub expires: Setting<u32>,
    /// `expires.overlap`, in seconds.
    pub overlap: Setting<u32>,
    /// `registerRetry.baseTimeOut`, in seconds.
    pub retry_base: Setting<u32>,
    /// `registerRetry.maxTimeOut`, in seconds.
    pub retry_longest: Setting<u32>,
    /// `failOver.failBack.mode`
    pub failback_mode: Setting<FailbackMode>,
    /// `failOver.failBack.timeout`, in seconds; 0 waits for the next failure.
    pub failback_timeout: Setting<u32>,
    /// `failOver.reRegisterOn`
    pub re_register: Setting<u32>,
    /// `failOver.failRegistrationOn`
    pub fail_registration: Setting<u32>,
    /// `failOver.onlySignalWithRegistered`
    pub only_registered: Setting<u32>,
}

impl Settings {
    /// The values alone: handsets with equal ones fail over alike.
    pub fn values(&self) -> ([u32; 11], FailbackMode) {
        let numbers = [
            &self.register,
            &self.retry_timeout,
            &self.retry_count,
            &self.expires,
            &self.overlap,
            &self.retry_base,
            &self.retry_longest,
            &self.failback_timeout,
            &self.re_register,
            &self.fail_registration,
            &self.only_registered,
        ];
        (
            numbers.map(|setting| setting.value),
            self.failback_mode.value,
        )
    }

    /// What the handset does besides trying the next server, each with the parameter that
    /// says so (84-Series Administration Guide, pages 227 and 231).
    pub fn conduct(&self) -> Vec<(&'static str, Basis)> {
        let mut conduct = Vec::new();
        if self.re_register.value == 0 {
            conduct.push((
                "it uses the next server without registering there first: the servers must share \
                 registrations, or they refuse its calls",
                self.re_register.basis(),
            ));
            return conduct;
        }
        conduct.push((
            "it registers with the next server before it uses it",
            self.re_register.basis(),
        ));
        if self.fail_registration.value == 1 {
            conduct.push((
                "its registration with the failed server is dropped silently",
                self.fail_registration.basis(),
            ));
            if self.only_registered.value == 1 {
                conduct.push((
                    "it sends nothing to the failed server until it returns to it",
                    self.only_registered.basis(),
                ));
            }
        }
        conduct
    }
}

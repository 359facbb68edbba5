//! A DNS zone linter and pre-deployment validator for SIP failover through DNS.
//!
//! ```text
//!  zone files   handset XML   a DNS server   handset log   command line, settings
//!      |             |             |              |             |
//!      v             v             v              v             v
//!  source     every text a finding can point into
//!      |             |             |              |
//!      v             v             v              v
//!  zone::      phone::        live::        phone_log::    readers: text -> model
//!      |             |             |              |
//!      +------- dns: Record, Question, Answer, trait Dns
//!                    |
//!                    v
//!  handset    a server entry -> questions in order -> servers
//!                    |
//!                    v
//!  site       everything read, as views; every set-up simulated in each, logs beside it
//!                    |
//!                    v
//!  rules      page (rules/<id>.yaml) + function (src/rules/<id>.rs) -> Finding
//!                    |
//!                    v
//!  select     severities, ignores, baseline: what is reported
//!                    |
//!                    v
//!  report     pretty, concise, table, json, sarif, github, gitlab, junit, markdown, html
//! ```
//!
//! No module uses one that comes after it; `tests/walls.rs` has the order of all.

mod aside;
pub mod cli;
pub mod deployment;
pub mod diff;
pub mod dns;
pub mod example;
pub mod expression;
pub mod finding;
pub mod fix;
pub mod handset;
pub mod live;
pub mod load;
pub mod own;
pub mod phone;
pub mod phone_log;
pub mod precedence;
pub mod problem;
mod remembered;
pub mod repairs;
pub mod report;
pub mod rule;
pub mod rules;
pub mod run;
pub mod select;
pub mod settings;
pub mod site;
pub mod source;
mod spelling;
pub mod yaml;
pub mod zone;

//! Answers as an authoritative server gives them from loaded zones.

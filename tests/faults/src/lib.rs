//! Attacks the `gleaner` command from outside: the real program on real files, killed or failed at one system
//! call after another. After each attack the index has to be the old or the new commit, the next run has to
//! complete, and nothing may be left over.
//!
//! `cargo run --release -p gleaner-faults -- --gleaner target/release/gleaner all`. Linux on x86-64 only.
#![allow(
    clippy::similar_names,
    clippy::match_same_arms,
    clippy::single_match_else,
    reason = "a stage and its state are two things, calls are listed one by one, and what is missing is made"
)]

/// Why the harness itself could not go on.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
/// A result whose error is [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

pub mod answers;
pub mod call;
pub mod concurrent;
pub mod damage;
pub mod errors;
pub mod folder;
pub mod inject;
pub mod kills;
pub mod power;
pub mod process;
pub mod random;
pub mod report;
pub mod scenario;
pub mod sockets;
pub mod stage;
pub mod syncs;

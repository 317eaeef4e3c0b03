//! x
/// Why the harness itself could not go on.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
/// A result whose error is [`Error`].
pub type Result<T> = std::result::Result<T, Error>;
pub mod answers;
pub mod call;
pub mod errors;
pub mod folder;
pub mod inject;
pub mod kills;
pub mod process;
pub mod random;
pub mod report;
pub mod scenario;
pub mod stage;

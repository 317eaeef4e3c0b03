//! What the benches of Gleaner share: made articles, the programs it is compared with, queries and
//! figures.
//!
//! The programs are in [`peers`]: each indexes a folder, brings the index up to date and answers the
//! same [`Ask`]s. Nothing of this package is part of what ships.

#![allow(
    clippy::missing_panics_doc,
    reason = "a bench that cannot do its work stops and says why"
)]

pub mod ask;
pub mod corpus;
pub mod draw;
pub mod figures;
pub mod made;
pub mod peers;

pub use ask::{Ask, Class, Want};

//! How long searches of an index take, and whether another program takes longer.
//!
//! [`derive()`] makes queries of the words of an index; [`warm`], [`cold()`] and [`throughput`] time them;
//! [`Figures`] sum the times up. [`compare`] has two programs answer the same queries by turns, and says
//! of the difference whether it is more than noise. Nothing here prints.

mod baseline;
mod bootstrap;
mod cold;
mod comparison;
mod derive;
mod duel;
mod error;
mod figures;
mod measure;
mod queries;
mod random;
mod sample;
mod worker;

pub use baseline::{Baseline, Machine};
pub use bootstrap::Interval;
pub use cold::{Program, cold};
pub use comparison::{APART, Comparison, LEAST, LEVEL, Row, Verdict};
pub use derive::{SEED, derive};
pub use duel::{Contestant, Duel, Quartet, compare};
pub use error::{Error, Result};
pub use figures::{Bucket, Figures, histogram, percentile};
pub use measure::{PAGE, Stopwatch, Throughput, Timings, throughput, warm};
pub use queries::{BenchQuery, Class, What, read_queries};
pub use worker::serve;

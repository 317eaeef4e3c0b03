//! How much a match is worth.
//!
//! An article is scored as one document: BM25 over all its words, stemmed. What is known besides
//! is evidence added with a small weight: that a word stands in exactly this form and in which part
//! of the article, that words stand near each other, that a title is made of them. Filters and
//! exclusions never change a score. [`Weights`] has every weight with its reason.
//!
//! - [`evidence`]: what a query says of relevance, without the index.
//! - [`Statistics`]: the numbers of the whole index that scores rest on.
//! - [`Ranking`]: the two together: every list of postings with its factor.
//! - [`scorer`]: the exact score of a document, and the numbers it is the sum of.
//! - [`bound`]: a number no less than the score, for all documents at once and much faster.
//! - [`essential`]: the same without the documents that have nothing but a frequent word.
//! - [`single`]: the same for a query of one word, which needs less.

mod boost;
mod bound;
mod essential;
mod evidence;
mod feed;
mod lists;
mod near;
mod postings;
mod ranking;
mod scorer;
mod single;
mod statistics;
mod weights;

pub(crate) use boost::Boosts;
pub(crate) use bound::{BoundedDoc, Bounds};
pub(crate) use essential::Essential;
pub(crate) use evidence::{Evidence, Instead, WordForm};
pub(crate) use lists::SegmentLists;
pub(crate) use postings::before;
pub(crate) use ranking::{Context, Ranking};
pub(crate) use scorer::{Scores, SegmentScorer, WordScore};
pub(crate) use single::SingleWord;
pub(crate) use statistics::{Part, Statistics, live_frequency};
pub use weights::Weights;

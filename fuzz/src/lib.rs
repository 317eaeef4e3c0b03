//! What holds for any bytes: a function for each target of the fuzzer. `tests/corpora.rs` gives them the inputs of
//! `corpus/` as well, with the stable compiler and without the fuzzer.

mod articles;
mod index_folder;
mod queries;
mod snippets;
mod stored;

pub use articles::{front_matter, markdown, plain_text};
pub use index_folder::index_folder;
pub use queries::{query, search};
pub use snippets::snippet;
pub use stored::{stamp, stored_article};

/// A target: its name, which is that of the folder of its inputs, and what is done with each.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 9] = [
    ("front_matter", front_matter),
    ("index_folder", index_folder),
    ("markdown", markdown),
    ("plain_text", plain_text),
    ("query", query),
    ("search", search),
    ("snippet", snippet),
    ("stamp", stamp),
    ("stored_article", stored_article),
];

/// The first byte, which says what is to be done with the others; 0 where there is none.
fn choice(data: &[u8]) -> (u8, &[u8]) {
    data.split_first()
        .map_or((0, data), |(first, rest)| (*first, rest))
}

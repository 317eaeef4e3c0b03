//! Articles and numbers that are the same in every run.

use std::fs;
use std::path::PathBuf;

/// A generator of numbers that are the same in every run: xorshift64*,
/// <https://doi.org/10.1145/2845077>.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    #[expect(
        clippy::cast_sign_loss,
        reason = "a power of a positive number is positive"
    )]
    /// A rank from 1 to `most`, nearly as Zipf's law has the ranks of words.
    pub(crate) fn rank(&mut self, most: u32) -> u32 {
        let uniform = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        (f64::from(most).powf(uniform)) as u32
    }
}

/// Articles of 200 words out of 20,000, the frequent ones as frequent as in running text.
pub(crate) fn made_corpus(articles: u32) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut numbers = Numbers(42);
    for i in 0..articles {
        let words: Vec<String> = (0..200)
            .map(|_| format!("w{}", numbers.rank(20_000)))
            .collect();
        let text = format!(
            "---\ntitle: Article {i}\nnumber: {i}\n---\n\n{}\n",
            words.join(" ")
        );
        fs::write(dir.path().join(format!("{i:06}.md")), text).expect("a file");
    }
    let path = dir.path().to_path_buf();
    (dir, path)
}

//! How alike two articles are: sketches of their shingles.
//!
//! A text is the set of its *shingles*, the runs of [`SHINGLE_WORDS`] folded words in it. The
//! *likeness* of two texts is the share of the shingles of the one with fewer that the other has too:
//! the containment of Broder, "On the resemblance and containment of documents" (1997). Unlike his
//! resemblance it is 1 for an article and the same cut short.
//!
//! An article keeps the smallest [`SKETCH_SIZE`] hashes of its shingles. Up to the smaller of the
//! last hashes of two sketches both are complete, and the shingles below it are a fair sample of
//! both sets: the share is taken there (bottom-k sketches, Cohen and Kaplan, "Summarizing data using
//! bottom-k sketches", 2007). With n hashes of the smaller set below it, 32 to 64 where neither text
//! is more than twice the other, the standard error of a likeness p is `sqrt(p (1 - p) / n)`: none
//! at 1, .05 to .07 at [`COPY_LIKENESS`]. Texts of at most [`SKETCH_SIZE`] shingles are compared
//! exactly.

use twox_hash::XxHash3_64;

/// Words of a shingle. With fewer, texts about the same things share many; with more, an edited word
/// takes more of them away.
pub(crate) const SHINGLE_WORDS: usize = 5;

/// Most hashes kept of an article, 32 bits each.
pub(crate) const SKETCH_SIZE: usize = 64;

/// Likeness from which two articles may be copies.
pub const COPY_LIKENESS: f64 = 0.8;

/// Articles with fewer shingles are copies only where title, excerpt and text are the same, word by
/// word: so few shingles are shared too easily.
pub(crate) const MIN_SHINGLES: u64 = 20;

/// How many times the shingles of the shorter article the longer may have. A note that is quoted in
/// full within a long article is no copy of it.
const MAX_RATIO: u64 = 2;

/// Base of the rolling hash: an odd number without any pattern, 2^64 over the golden ratio.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;
const BASE_TO_WINDOW: u64 = BASE.wrapping_pow(SHINGLE_WORDS as u32);

/// What is kept of the text of an article to compare it by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sketch {
    /// Number of shingles, repeated ones counted again.
    shingles: u64,
    /// The smallest hashes, ascending. Of an article of less than [`MIN_SHINGLES`], one hash of
    /// title, excerpt and the whole text.
    hashes: Vec<u32>,
}

impl Sketch {
    pub(crate) fn new(shingles: u64, hashes: Vec<u32>) -> Self {
        Self { shingles, hashes }
    }

    /// Number of shingles, repeated ones counted again.
    pub(crate) fn shingles(&self) -> u64 {
        self.shingles
    }

    /// The hashes, ascending.
    pub(crate) fn hashes(&self) -> &[u32] {
        &self.hashes
    }

    /// The likeness of two articles, `at_least` to 1; `None` if it is less, or if one of them has no
    /// text, is too short to tell, or is more than twice as long as the other. It is the same both
    /// ways round.
    pub fn likeness(&self, other: &Self, at_least: f64) -> Option<f64> {
        if self.hashes.is_empty() || other.hashes.is_empty() {
            return None;
        }
        let (short, long) = if self.shingles <= other.shingles {
            (self, other)
        } else {
            (other, self)
        };
        if short.shingles < MIN_SHINGLES {
            return (short == long).then_some(1.0);
        }
        if long.shingles > short.shingles.saturating_mul(MAX_RATIO) {
            return None;
        }
        let reach = short.complete_to().min(long.complete_to());
        let (fewer, more) = (short.up_to(reach), long.up_to(reach));
        let (fewer, more) = if fewer.len() <= more.len() {
            (fewer, more)
        } else {
            (more, fewer)
        };
        // A share that is just what is asked must not fall to a rounding error.
        let may_miss = (1.0 - at_least) * fewer.len() as f64 + 1e-9;
        let common = common(fewer, more, may_miss)?;
        Some(common as f64 / fewer.len().max(1) as f64)
    }

    /// The largest hash up to which no shingle of the article is missing.
    fn complete_to(&self) -> u32 {
        match self.hashes.last() {
            Some(&last) if self.hashes.len() >= SKETCH_SIZE => last,
            _ => u32::MAX,
        }
    }

    fn up_to(&self, reach: u32) -> &[u32] {
        &self.hashes[..self.hashes.partition_point(|&hash| hash <= reach)]
    }
}

/// Number of values of the first of two ascending lists that are in the second; `None` as soon as
/// more than `may_miss` of them are not: most articles are nothing like each other.
fn common(ours: &[u32], theirs: &[u32], may_miss: f64) -> Option<usize> {
    let mut theirs = theirs.iter().copied().peekable();
    let mut common = 0;
    for (passed, our) in ours.iter().enumerate() {
        while theirs.next_if(|their| their < our).is_some() {}
        common += usize::from(theirs.peek() == Some(our));
        if (passed + 1 - common) as f64 > may_miss {
            return None;
        }
    }
    Some(common)
}

/// Makes the sketch of a text from its words, one after another.
#[derive(Debug)]
pub(crate) struct Sketcher {
    /// Hashes of the last words; the next one replaces the oldest, at `words % SHINGLE_WORDS`.
    window: [u64; SHINGLE_WORDS],
    words: u64,
    /// The polynomial of the window's hashes in [`BASE`], the oldest with the highest power: a
    /// rolling hash as Karp and Rabin have it, modulo 2^64.
    rolling: u64,
    /// Hash of title, excerpt and text as a whole.
    whole: u64,
    /// Hashes that may be among the smallest, with repetitions.
    kept: Vec<u32>,
    /// No larger hash is among the smallest.
    bound: u32,
}

impl Default for Sketcher {
    fn default() -> Self {
        Self {
            window: [0; SHINGLE_WORDS],
            words: 0,
            rolling: 0,
            whole: 0,
            kept: Vec::new(),
            bound: u32::MAX,
        }
    }
}

impl Sketcher {
    /// Takes a folded word of the title or excerpt, which only counts where the text is short.
    /// Words are given by their [`word_hash`].
    pub(crate) fn word_beside(&mut self, hash: u64) {
        self.whole = joined(self.whole, hash);
    }

    /// Takes the next folded word of the text, by its [`word_hash`].
    pub(crate) fn word(&mut self, hash: u64) {
        if self.words < MIN_SHINGLES + SHINGLE_WORDS as u64 {
            self.whole = joined(self.whole, hash);
        }
        let oldest = &mut self.window[(self.words % SHINGLE_WORDS as u64) as usize];
        let left = oldest.wrapping_mul(BASE_TO_WINDOW);
        self.rolling = self.rolling.wrapping_mul(BASE).wrapping_add(hash);
        self.rolling = self.rolling.wrapping_sub(left);
        *oldest = hash;
        self.words += 1;
        if self.words >= SHINGLE_WORDS as u64 {
            self.keep((mixed(self.rolling) >> 32) as u32);
        }
    }

    fn keep(&mut self, hash: u32) {
        if hash > self.bound {
            return;
        }
        self.kept.push(hash);
        if self.kept.len() >= 4 * SKETCH_SIZE {
            self.shrink();
        }
    }

    fn shrink(&mut self) {
        self.kept.sort_unstable();
        self.kept.dedup();
        self.kept.truncate(SKETCH_SIZE);
        if let (SKETCH_SIZE, Some(&last)) = (self.kept.len(), self.kept.last()) {
            self.bound = last;
        }
    }

    /// The sketch of all the words taken.
    pub(crate) fn finish(mut self) -> Sketch {
        let shingles = (self.words + 1).saturating_sub(SHINGLE_WORDS as u64);
        if self.words == 0 {
            return Sketch::default();
        }
        if shingles < MIN_SHINGLES {
            return Sketch::new(shingles, vec![(self.whole >> 32) as u32]);
        }
        self.shrink();
        Sketch::new(shingles, self.kept)
    }
}

/// The hash of a folded word.
pub(crate) fn word_hash(word: &str) -> u64 {
    XxHash3_64::oneshot(word.as_bytes())
}

/// A hash of what was hashed before and a further word.
fn joined(before: u64, word: u64) -> u64 {
    mixed(before.rotate_left(5) ^ word)
}

/// Spreads every bit over all bits: the finalizer of `MurmurHash3` (Appleby, public domain).
fn mixed(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn sketch<W: AsRef<str>>(words: &[W]) -> Sketch {
        let mut sketcher = Sketcher::default();
        for word in words {
            sketcher.word(word_hash(word.as_ref()));
        }
        sketcher.finish()
    }

    /// Words that do not occur again, from the `from`th on.
    fn words(from: usize, count: usize) -> Vec<String> {
        (from..from + count).map(|i| format!("w{i}")).collect()
    }

    #[test]
    fn a_text_is_wholly_like_itself_and_like_a_cut_of_it() {
        let text = words(0, 900);
        assert_eq!(sketch(&text).likeness(&sketch(&text), 0.0), Some(1.0));
        assert_eq!(
            sketch(&text).likeness(&sketch(&text[..600]), 0.0),
            Some(1.0)
        );
        assert_eq!(
            sketch(&text[300..]).likeness(&sketch(&text), 0.0),
            Some(1.0)
        );
        assert_eq!(
            sketch(&text).likeness(&sketch(&words(900, 900)), 0.0),
            Some(0.0)
        );
    }

    #[test]
    fn a_text_quoted_in_one_twice_as_long_is_no_copy() {
        let text = words(0, 900);
        assert_eq!(sketch(&text).likeness(&sketch(&text[..440]), 0.0), None);
        assert_eq!(
            sketch(&text).likeness(&sketch(&text[..460]), 0.0),
            Some(1.0)
        );
    }

    #[test]
    fn short_texts_are_alike_only_where_they_are_the_same() {
        let text = words(0, 23);
        assert_eq!(sketch(&text).likeness(&sketch(&text), 0.0), Some(1.0));
        assert_eq!(sketch(&text).likeness(&sketch(&text[..22]), 0.0), None);
        assert_eq!(
            sketch(&text[..1]).likeness(&sketch(&text[..1]), 0.0),
            Some(1.0)
        );
        assert_eq!(sketch(&text[..1]).likeness(&sketch(&text[1..2]), 0.0), None);
        assert_eq!(Sketch::default().likeness(&Sketch::default(), 0.0), None);
        let mut titled = Sketcher::default();
        titled.word_beside(word_hash("title"));
        for word in &text {
            titled.word(word_hash(word));
        }
        assert_eq!(titled.finish().likeness(&sketch(&text), 0.0), None);
    }

    #[test]
    fn the_title_of_a_longer_text_does_not_matter() {
        let text = words(0, 24);
        let mut titled = Sketcher::default();
        titled.word_beside(word_hash("title"));
        for word in &text {
            titled.word(word_hash(word));
        }
        assert_eq!(titled.finish(), sketch(&text));
    }

    /// The share of the shingles of the smaller set that are in the other, without any sketch.
    fn containment(a: &[String], b: &[String]) -> f64 {
        let a: HashSet<&[String]> = a.windows(SHINGLE_WORDS).collect();
        let b: HashSet<&[String]> = b.windows(SHINGLE_WORDS).collect();
        a.intersection(&b).count() as f64 / a.len().min(b.len()) as f64
    }

    #[test]
    fn the_error_is_what_the_formula_says() {
        // A fifth of the words is edited in runs, at another place in each of 200 texts.
        let mut squares = 0.0;
        for round in 0..200 {
            let text = words(round * 10_000, 800);
            let mut edited = text.clone();
            for i in (0..800).step_by(80) {
                for word in &mut edited[i..i + 12] {
                    *word = format!("{word}x");
                }
            }
            let exact = containment(&text, &edited);
            let told = sketch(&text)
                .likeness(&sketch(&edited), 0.0)
                .expect("a likeness");
            squares += (told - exact).powi(2);
            assert!((0.75..0.85).contains(&exact), "{exact}");
        }
        let error = (squares / 200.0_f64).sqrt();
        assert!((0.03..0.07).contains(&error), "{error}");
    }

    proptest! {
        #[test]
        fn few_shingles_are_compared_exactly(
            a in prop::collection::vec("[a-c]", 24..68),
            b in prop::collection::vec("[a-c]", 24..68),
        ) {
            if let Some(told) = sketch(&a).likeness(&sketch(&b), 0.0) {
                prop_assert!((told - containment(&a, &b)).abs() < 1e-9);
                prop_assert_eq!(sketch(&a).likeness(&sketch(&b), told), Some(told));
                prop_assert_eq!(sketch(&a).likeness(&sketch(&b), told + 1e-6), None);
                prop_assert_eq!(sketch(&b).likeness(&sketch(&a), 0.0), Some(told));
            }
        }

        #[test]
        fn the_kept_hashes_are_the_smallest(text in prop::collection::vec(0..700_u16, 24..2000)) {
            let text: Vec<String> = text.iter().map(u16::to_string).collect();
            let mut all: Vec<u32> = text
                .windows(SHINGLE_WORDS)
                .map(|shingle| {
                    let hashes = shingle.iter().map(|word| word_hash(word));
                    let add = |sum: u64, hash| sum.wrapping_mul(BASE).wrapping_add(hash);
                    (mixed(hashes.fold(0, add)) >> 32) as u32
                })
                .collect();
            let shingles = all.len() as u64;
            all.sort_unstable();
            all.dedup();
            all.truncate(SKETCH_SIZE);
            prop_assert_eq!(sketch(&text), Sketch::new(shingles, all));
        }
    }
}

//! Words that nobody ever wrote, as frequent as those of real articles.

use super::numbers::Numbers;

/// The most frequent words, which every English text is held together by.
const COMMON: [&str; 48] = [
    "the", "of", "to", "and", "a", "in", "is", "for", "this", "that", "with", "on", "it", "as",
    "be", "are", "by", "from", "or", "an", "can", "at", "was", "not", "have", "you", "we", "has",
    "will", "their", "which", "its", "more", "but", "they", "all", "one", "about", "when", "if",
    "how", "new", "into", "other", "who", "were", "there", "after",
];
/// Endings of words; words that differ in nothing else mostly have one stem.
const ENDINGS: [&str; 4] = ["", "s", "ed", "ing"];
const ONSETS: &[u8; 20] = b"bcdfghjklmnprstvwzpt";
const VOWELS: &[u8; 5] = b"aeiou";
const CODAS: [&str; 10] = ["n", "r", "l", "t", "m", "st", "nd", "ck", "rt", "p"];

/// Rank up to which frequency falls with the rank, and from which on faster.
const KNEE: usize = 1_000;
/// What the ranks of the frequent words are moved by (Mandelbrot's constant).
const SHIFT: f64 = 2.0;
/// Ranks that are never exceeded.
const LAST_RANK: f64 = 50e6;

/// How frequent the word of each rank is.
///
/// Up to rank 1,000, frequency is that of Zipf's law as Mandelbrot wrote it, 1 / (rank + 2); from there
/// on it falls with rank^-1.5, as the rare words of large collections do (Ferrer i Cancho and Solé,
/// <https://doi.org/10.1076/jqul.8.3.165.4101>). The vocabulary has no end, so it grows with the text,
/// nearly with the power 1 / 1.5 of its length.
#[derive(Debug)]
pub(super) struct Vocabulary {
    /// Sum of the weights of the frequent words up to each.
    sums: Vec<f64>,
    /// Weight of all the rare words together.
    tail: f64,
}

impl Default for Vocabulary {
    fn default() -> Self {
        let mut sum = 0.0;
        let weights = (1..=KNEE).map(|rank| 1.0 / (rank as f64 + SHIFT));
        let sums = weights.map(|weight| {
            sum += weight;
            sum
        });
        // The integral of (1 / KNEE) * (rank / KNEE)^-1.5 from KNEE on.
        Self {
            sums: sums.collect(),
            tail: 2.0,
        }
    }
}

impl Vocabulary {
    /// Rank of a word drawn by frequency, from 1.
    #[expect(
        clippy::cast_sign_loss,
        reason = "what is divided by something from 0 to 1 stays positive"
    )]
    pub(super) fn rank(&self, numbers: &mut Numbers) -> u64 {
        let head = self.sums[KNEE - 1];
        let drawn = numbers.uniform() * (head + self.tail);
        if drawn < head {
            return self.sums.partition_point(|sum| *sum <= drawn) as u64 + 1;
        }
        // The inverse of the tail's distribution: KNEE / (1 - uniform)^2.
        let rest = 1.0 - numbers.uniform();
        (KNEE as f64 / (rest * rest)).min(LAST_RANK) as u64
    }
}

/// Writes the word of a rank: the common words of English, then made ones of three letters and more.
/// Two ranks one after the other mostly share a stem.
pub(super) fn write_word(rank: u64, out: &mut String) {
    let common = COMMON.len() as u64;
    if rank <= common {
        out.push_str(COMMON[rank as usize - 1]);
        return;
    }
    let lexeme = (rank - common - 1) / 2;
    let is_second = (rank - common - 1) % 2 == 1;
    // Spread, so that words of like spelling are not of like frequency.
    let spread = lexeme.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    let mut rest = lexeme;
    loop {
        let digit = (rest % 100) as usize;
        out.push(char::from(ONSETS[digit / 5]));
        out.push(char::from(VOWELS[digit % 5]));
        rest /= 100;
        if rest == 0 {
            break;
        }
    }
    out.push_str(CODAS[(spread % 10) as usize]);
    if is_second {
        out.push_str(ENDINGS[1 + (spread / 10 % 3) as usize]);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn words_of_different_ranks_are_different() {
        let word = |rank| {
            let mut word = String::new();
            write_word(rank, &mut word);
            word
        };
        let words: HashSet<String> = (1..=200_000).map(word).collect();
        assert!(words.len() > 199_000, "{}", words.len());
        assert_eq!([word(1), word(49), word(50)], ["the", "ban", "bans"]);
    }

    #[test]
    fn ranks_are_as_frequent_as_said() {
        let (vocabulary, mut numbers) = (Vocabulary::default(), Numbers::new(1));
        let ranks: Vec<u64> = (0..100_000)
            .map(|_| vocabulary.rank(&mut numbers))
            .collect();
        let share = |from, to| {
            let within = ranks.iter().filter(|rank| (from..=to).contains(*rank));
            within.count() as f64 / 1e5
        };
        assert!((0.036..0.046).contains(&share(1, 1)), "{}", share(1, 1));
        assert!((0.72..0.78).contains(&share(1, 1_000)));
        assert!((0.06..0.09).contains(&share(10_000, u64::MAX)));
    }
}

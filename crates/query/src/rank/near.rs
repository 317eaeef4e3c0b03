//! How near to each other the words of a query stand.

/// Finds the window of an article that says most of a query.
#[derive(Debug, Default)]
pub(crate) struct Nearness {
    /// Position and word of every occurrence.
    occurrences: Vec<(u32, u32)>,
    /// How often each word is in the window at hand.
    within: Vec<u32>,
}

impl Nearness {
    /// Starts a new document.
    pub(crate) fn clear(&mut self) {
        self.occurrences.clear();
    }

    /// Takes the positions of a word of the query.
    pub(crate) fn add(&mut self, word: usize, positions: &[u32]) {
        let word = word as u32;
        self.occurrences
            .extend(positions.iter().map(|position| (*position, word)));
    }

    /// The greatest sum of `masses` of distinct words within `window` positions, and how many
    /// words these are. 0 if there are none.
    pub(crate) fn best(&mut self, masses: &[f64], window: u32) -> (f64, u32) {
        let Self {
            occurrences,
            within,
        } = self;
        occurrences.sort_unstable();
        within.clear();
        within.resize(masses.len(), 0);
        let mut best = (0.0, 0);
        let mut first = 0;
        for last in 0..occurrences.len() {
            let (position, word) = occurrences[last];
            within[word as usize] += 1;
            while position - occurrences[first].0 > window {
                within[occurrences[first].1 as usize] -= 1;
                first += 1;
            }
            if within[word as usize] > 1 {
                continue;
            }
            // Added up anew in the order of the query: the sum is the same wherever the window
            // begins.
            let there = || masses.iter().zip(&*within).filter(|(_, count)| **count > 0);
            let mass: f64 = there().map(|(mass, _)| mass).sum();
            if mass > best.0 {
                best = (mass, there().count() as u32);
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(words: &[&[u32]], window: u32) -> (f64, u32) {
        let mut nearness = Nearness::default();
        for (word, positions) in words.iter().enumerate() {
            nearness.add(word, positions);
        }
        let masses = [1.0, 2.0, 4.0];
        nearness.best(&masses[..words.len()], window)
    }

    #[test]
    fn the_best_window_has_the_most_telling_words() {
        assert_eq!(best(&[&[1, 50], &[2], &[60, 99]], 10), (5.0, 2));
        assert_eq!(best(&[&[1], &[11], &[90]], 10), (4.0, 1));
        assert_eq!(best(&[&[1], &[11]], 10), (3.0, 2));
        assert_eq!(best(&[&[1], &[12]], 10), (2.0, 1));
    }

    #[test]
    fn repeated_words_count_once() {
        assert_eq!(best(&[&[1, 2, 3], &[4, 5]], 10), (3.0, 2));
    }

    #[test]
    fn nothing_is_near_to_nothing() {
        assert_eq!(best(&[&[], &[]], 10), (0.0, 0));
    }
}

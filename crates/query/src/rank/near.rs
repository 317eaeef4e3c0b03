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

    /// The window of `window` positions with the greatest sum of `masses` of distinct words, and
    /// of these the narrowest.
    pub(crate) fn best(&mut self, masses: &[f64], window: u32) -> Window {
        let Self {
            occurrences,
            within,
        } = self;
        occurrences.sort_unstable();
        within.clear();
        within.resize(masses.len(), 0);
        let mut best = Window::default();
        let mut mass = 0.0;
        let mut first = 0;
        for last in 0..occurrences.len() {
            let (position, word) = occurrences[last];
            within[word as usize] += 1;
            let mut is_other = within[word as usize] == 1;
            loop {
                let (start, leftmost) = occurrences[first];
                let count = &mut within[leftmost as usize];
                let is_outside = position - start > window;
                // A word that comes again need not be there at the start.
                if !is_outside && *count == 1 {
                    break;
                }
                *count -= 1;
                is_other |= *count == 0;
                first += 1;
            }
            let there = || masses.iter().zip(&*within).filter(|(_, count)| **count > 0);
            if is_other {
                // Added up anew in the order of the query: the sum is the same wherever the window
                // begins.
                mass = there().map(|(mass, _)| mass).sum();
            }
            let span = position - occurrences[first].0 + 1;
            if mass > best.mass || (mass >= best.mass && span < best.span) {
                best = Window {
                    mass,
                    words: there().count() as u32,
                    span,
                };
            }
        }
        best
    }
}

/// A stretch of an article.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Window {
    /// Sum of the masses of the distinct words of the query in it.
    pub(crate) mass: f64,
    /// How many distinct words these are.
    pub(crate) words: u32,
    /// Length in positions from the first of them to the last.
    pub(crate) span: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(words: &[&[u32]], window: u32) -> (f64, u32, u32) {
        let mut nearness = Nearness::default();
        for (word, positions) in words.iter().enumerate() {
            nearness.add(word, positions);
        }
        let masses = [1.0, 2.0, 4.0];
        let Window { mass, words, span } = nearness.best(&masses[..words.len()], window);
        (mass, words, span)
    }

    #[test]
    fn the_best_window_has_the_most_telling_words() {
        assert_eq!(best(&[&[1, 50], &[2], &[60, 99]], 10), (5.0, 2, 11));
        assert_eq!(best(&[&[1], &[11], &[90]], 10), (4.0, 1, 1));
        assert_eq!(best(&[&[1], &[11]], 10), (3.0, 2, 11));
        assert_eq!(best(&[&[1], &[12]], 10), (2.0, 1, 1));
    }

    #[test]
    fn repeated_words_count_once() {
        assert_eq!(best(&[&[1, 2, 3], &[4, 5]], 10), (3.0, 2, 2));
        assert_eq!(best(&[&[1, 9], &[5, 8]], 10), (3.0, 2, 2));
    }

    #[test]
    fn nothing_is_near_to_nothing() {
        assert_eq!(best(&[&[], &[]], 10), (0.0, 0, 0));
    }
}

//! Near-duplicates of an article, shown under the best of them.
//!
//! Two articles are copies where both hold:
//!
//! - their texts are alike: their likeness is [`COPY_LIKENESS`] or more (see
//!   [`Sketch::likeness`]);
//! - they have the same subject: each word of the title of either stands in the other at least half
//!   as often, rounded down, and where both titles have numbers, they have the same. Pages of a
//!   reference can be alike to nine tenths and name different things, and issues of a series can
//!   differ in their number only; the words of an edited headline stand in both texts, or in neither.
//!
//! An article is compared with the best-ranked one of a group only, so that a chain of small changes
//! joins nothing that is not alike.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use gleaner_store::{Analyzer, Article, COPY_LIKENESS, Result, Sketch, Sketches, Snapshot};
use tantivy::{DocAddress, Term};

use crate::collect::{Found, Ranked};
use crate::deadline::Deadline;
use crate::page::Copy;
use crate::terms::occurrences;

/// Hits that are looked at for copies beyond those that fill the page.
const MARGIN: usize = 50;

/// Most groups a hit is compared with. Hits that are like none of them stand by themselves.
const MAX_COMPARED: usize = 1_000;

/// The hits of a page from `offset` on, at most `limit` of them, each the best of a group; and beside
/// each its copies, in the order of the hits.
///
/// `hits` gives the first so many of all hits, in the order in which they are shown. Groups are made
/// from the first hit on, whatever the page, so that pages follow one another; copies are looked
/// for among the hits that fill the page and [`MARGIN`] more, or as many more as fill the page.
pub(crate) fn collapse(
    snapshot: &Snapshot,
    (offset, limit): (usize, usize),
    deadline: &Deadline,
    mut hits: impl FnMut(usize) -> Result<Found>,
) -> Result<(Found, Vec<Vec<Copy>>)> {
    if limit == 0 {
        return Ok((hits(0)?, Vec::new()));
    }
    let wanted = offset.saturating_add(limit);
    let mut collapser = Collapser::new(snapshot, wanted)?;
    let mut depth = wanted.saturating_add(wanted.max(MARGIN));
    let mut seen = 0;
    let mut first = None;
    loop {
        let mut found = hits(depth)?;
        // What is found after the deadline need not go on from what was found before.
        if let (true, Some(before)) = (deadline.has_passed(), first.take()) {
            found = before;
        }
        for hit in found.hits.iter().skip(seen) {
            collapser.add(hit)?;
        }
        seen = found.hits.len();
        if collapser.groups.len() >= wanted || seen < depth || deadline.has_passed() {
            let groups = collapser.groups.into_iter().skip(offset);
            let (hits, copies) = groups.map(|group| (group.best, group.copies)).unzip();
            return Ok((Found { hits, ..found }, copies));
        }
        depth = depth.saturating_mul(2);
        first = Some(found);
    }
}

/// A hit and its copies further down.
struct Group {
    sketch: Sketch,
    best: Ranked,
    copies: Vec<Copy>,
}

/// Puts hits into groups, in the order they come.
struct Collapser<'s> {
    judge: Judge<'s>,
    sketches: Sketches,
    groups: Vec<Group>,
    wanted: usize,
}

impl<'s> Collapser<'s> {
    fn new(snapshot: &'s Snapshot, wanted: usize) -> Result<Self> {
        Ok(Self {
            judge: Judge::new(snapshot),
            sketches: snapshot.sketches()?,
            groups: Vec::new(),
            wanted,
        })
    }

    /// Adds a hit to the first group it fits in, or makes one of it while groups are wanted.
    fn add(&mut self, hit: &Ranked) -> Result<()> {
        let sketch = self.sketches.of(hit.address);
        for group in self.groups.iter_mut().take(MAX_COMPARED) {
            if let Some(likeness) = group.sketch.likeness(&sketch, COPY_LIKENESS)
                && self.judge.same_subject(group.best.address, hit.address)?
            {
                group.copies.push(self.judge.copy(hit.address, likeness)?);
                return Ok(());
            }
        }
        if self.groups.len() < self.wanted {
            self.groups.push(Group {
                sketch,
                best: hit.clone(),
                copies: Vec::new(),
            });
        }
        Ok(())
    }
}

/// What an article says it is about.
struct Subject {
    article: Article,
    /// The words of the title as terms, and their number in the article. Without those that say who
    /// published or wrote it, which may differ between copies.
    words: Vec<(Term, u32)>,
    /// The words of the title that have a digit in them.
    numbers: BTreeSet<String>,
}

/// Judges whether articles that are alike have the same subject.
struct Judge<'s> {
    snapshot: &'s Snapshot,
    analyzer: Analyzer,
    subjects: HashMap<DocAddress, Rc<Subject>>,
}

impl<'s> Judge<'s> {
    fn new(snapshot: &'s Snapshot) -> Self {
        Self {
            snapshot,
            analyzer: snapshot.store().analyzer(),
            subjects: HashMap::new(),
        }
    }

    fn copy(&mut self, address: DocAddress, likeness: f64) -> Result<Copy> {
        let article = &self.subject(address)?.article;
        Ok(Copy {
            path: self.snapshot.path(address)?,
            title: article.title.text.clone(),
            provider: article.provider.clone(),
            date: article.date,
            likeness,
        })
    }

    fn same_subject(&mut self, one: DocAddress, other: DocAddress) -> Result<bool> {
        let (a, b) = (self.subject(one)?, self.subject(other)?);
        let numbers_differ = a.numbers != b.numbers;
        if numbers_differ && !a.numbers.is_empty() && !b.numbers.is_empty() {
            return Ok(false);
        }
        Ok(self.has_words_of(one, &b)? && self.has_words_of(other, &a)?)
    }

    /// Whether the words of a title stand in an article at least half as often as in its own, rounded
    /// down: a word that only the title has need not be there.
    fn has_words_of(&self, address: DocAddress, subject: &Subject) -> Result<bool> {
        for (term, count) in &subject.words {
            if *count >= 2 && self.count(term, address)? < count / 2 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn subject(&mut self, address: DocAddress) -> Result<Rc<Subject>> {
        if let Some(subject) = self.subjects.get(&address) {
            return Ok(Rc::clone(subject));
        }
        let article = self.snapshot.summary(address)?;
        let mut numbers = BTreeSet::new();
        let mut words = BTreeSet::new();
        self.analyzer.each_token(&article.title.text, |token| {
            if token.exact.contains(char::is_numeric) {
                numbers.insert(token.exact.to_owned());
            }
            words.insert(token.exact.to_owned());
        });
        for label in article.provider.iter().chain(&article.author) {
            self.analyzer.each_token(label, |token| {
                words.remove(token.exact);
            });
        }
        let field = self.snapshot.fields().exact;
        let counted = words.iter().map(|word| {
            let term = Term::from_field_text(field, word);
            let count = self.count(&term, address)?;
            Ok((term, count))
        });
        let subject = Rc::new(Subject {
            words: counted.collect::<Result<_>>()?,
            article,
            numbers,
        });
        self.subjects.insert(address, Rc::clone(&subject));
        Ok(subject)
    }

    fn count(&self, term: &Term, address: DocAddress) -> Result<u32> {
        occurrences(self.snapshot, term, address)
    }
}

//! Queries made of the articles of an index.

use std::collections::HashSet;

use gleaner::{Note, NoteKind, Query, Result, Searcher};

use crate::queries::{BenchQuery, Class};
use crate::random::Random;
use crate::sample::{Sample, Sampled};

/// Seed of the random numbers by which queries are chosen.
pub const SEED: u64 = 20_230_124;

/// Most queries of a class.
const PER_CLASS: usize = 20;

/// Times a query of a class is tried to be made.
const TRIES: usize = 400;

/// Makes queries of each class, up to 20, from the words and articles of an index: the same ones for the
/// same articles, whatever the segments are. A class for which there is nothing has none. How each is
/// made: docs/bench.md.
///
/// # Errors
/// [`Error::Damaged`](gleaner::Error::Damaged) if the index cannot be read.
pub fn derive(searcher: &Searcher) -> Result<Vec<BenchQuery>> {
    let sample = Sample::of(searcher, &mut Random::new(SEED))?;
    let mut queries = Vec::new();
    for class in Class::ALL {
        // Each class has its own numbers, so that none changes because another does.
        let mut random = Random::new(SEED + 1 + class as u64);
        let (mut seen, before) = (HashSet::new(), queries.len());
        for attempt in 0..TRIES {
            let made = make(class, attempt, &sample, &mut random);
            if let Some(text) = made.filter(|text| seen.insert(text.clone()))
                && is_sound(searcher, &text)?
            {
                queries.push(BenchQuery { class, text });
            }
            if queries.len() - before == PER_CLASS {
                break;
            }
        }
    }
    Ok(queries)
}

/// Whether a query finds something as it is, and no word of it is left aside for being common.
fn is_sound(searcher: &Searcher, text: &str) -> Result<bool> {
    let page = searcher.search_paths(&Query::new(text).limit(0).ladder(false))?;
    let is_common = |note: &Note| matches!(note.kind, NoteKind::CommonWord);
    Ok(page.total > 0 && !page.notes.iter().any(is_common))
}

/// A query of a class; `None` if what was drawn makes none.
fn make(class: Class, attempt: usize, sample: &Sample, random: &mut Random) -> Option<String> {
    match class {
        Class::Term => Some(sample.bands.word(attempt, random)?.to_owned()),
        Class::And => pair(random.one_of(&sample.articles)?, " AND ", random),
        Class::Or => pair(random.one_of(&sample.articles)?, " ", random),
        Class::Phrase => phrase(sample, attempt, random),
        Class::Prefix => prefix(sample.bands.word(attempt, random)?, random),
        Class::Fuzzy => fuzzy(sample.bands.word(attempt, random)?, random),
        Class::Filtered => {
            let article = random.one_of(&sample.articles)?;
            let word = random.one_of(&article.words)?;
            let condition = random.one_of(&article.conditions)?;
            Some(format!("{word} {condition}"))
        }
    }
}

/// Two different words of an article.
fn pair(article: &Sampled, between: &str, random: &mut Random) -> Option<String> {
    let drawn = random.draw(2, article.words.len());
    let [first, second] = drawn.try_into().ok()?;
    let words = &article.words;
    Some(format!("{}{between}{}", words[first], words[second]))
}

/// Two to four words that stand one after another in an article; every second time, one at least is in
/// more than half of the articles.
fn phrase(sample: &Sample, attempt: usize, random: &mut Random) -> Option<String> {
    let article = random.one_of(&sample.articles)?;
    let run = random.one_of(&article.runs)?;
    let length = (2 + random.below(3)).min(run.len());
    let start = random.below(run.len() - length + 1);
    let words = &run[start..start + length];
    let is_common = |word: &String| sample.common.contains(&word.to_lowercase());
    if attempt.is_multiple_of(2) && !words.iter().any(is_common) {
        return None;
    }
    Some(format!("\"{}\"", words.join(" ")))
}

/// The first three letters of a word or more, but not the last two; of four letters, three.
fn prefix(word: &str, random: &mut Random) -> Option<String> {
    let letters = word.chars().count();
    let length = 3 + random.below(letters.checked_sub(4)?);
    let beginning: String = word.chars().take(length).collect();
    Some(format!("{beginning}*"))
}

/// A word of six letters or more without one of them, which is neither the first nor the last.
fn fuzzy(word: &str, random: &mut Random) -> Option<String> {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < 6 {
        return None;
    }
    let dropped = 1 + random.below(letters.len() - 2);
    let (before, after) = (&letters[..dropped], &letters[dropped + 1..]);
    let misspelled: String = before.iter().chain(after).collect();
    Some(format!("{misspelled}~"))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use gleaner::{IngestOptions, MemoryIndex};

    use super::*;

    fn ingested(folder: &Path) -> MemoryIndex {
        let made = gleaner::ingest_in_memory(folder, &IngestOptions::default());
        made.expect("indexed").0
    }

    fn seeds() -> Searcher {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../seeds");
        Searcher::of(&ingested(&folder)).expect("a searcher")
    }

    #[test]
    fn three_articles_give_queries_of_every_class_and_each_finds_something() {
        let searcher = seeds();
        let queries = derive(&searcher).expect("queries");
        for class in Class::ALL {
            let of_class = queries.iter().filter(|query| query.class == class).count();
            assert!((5..=PER_CLASS).contains(&of_class), "{class:?}: {of_class}");
        }
        for query in &queries {
            assert_eq!(Class::of_text(&query.text), query.class, "{query:?}");
            let page = searcher.search(&Query::new(&*query.text).ladder(false));
            let page = page.expect("a page");
            assert!(page.total > 0, "{query:?}");
            assert_eq!(page.notes, [], "{query:?}");
        }
        assert_eq!(derive(&searcher).expect("queries"), queries);
    }

    #[test]
    fn the_queries_do_not_tell_how_the_index_came_about() {
        let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../seeds");
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (articles, index) = (dir.path().join("articles"), dir.path().join("index"));
        fs::create_dir(&articles).expect("a folder");
        let update = || gleaner::ingest(&articles, &index, &IngestOptions::default());
        fs::write(articles.join("gone.md"), "# Words that no other has").expect("a file");
        update().expect("indexed");
        for entry in fs::read_dir(&seeds).expect("the seeds") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name");
            fs::copy(&path, articles.join(name)).expect("copied");
            update().expect("indexed");
        }
        fs::remove_file(articles.join("gone.md")).expect("removed");
        update().expect("indexed");
        let searcher = Searcher::open(&index).expect("an index");
        let whole = Searcher::of(&ingested(&seeds)).expect("a searcher");
        assert_eq!(
            derive(&searcher).expect("queries"),
            derive(&whole).expect("queries")
        );
    }

    #[test]
    fn letters_are_dropped_within_a_word() {
        let mut random = Random::new(1);
        for _ in 0..50 {
            let made = fuzzy("netflix", &mut random).expect("a query");
            assert_eq!(made.len(), 7);
            assert!(made.starts_with('n') && made.ends_with("x~"), "{made}");
            let made = prefix("netflix", &mut random).expect("a query");
            assert!(made.starts_with("net") && made.len() <= 6, "{made}");
        }
        assert_eq!(prefix("net", &mut random), None);
        assert_eq!(prefix("netf", &mut random), Some("net*".into()));
    }
}

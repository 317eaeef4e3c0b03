//! A made corpus: articles that look like real ones to whatever counts words, the same in every run.
//!
//! The article of a number depends on that number alone, so a smaller corpus is the beginning of a
//! larger one, and nothing is held in memory but the article being written.

mod article;
mod numbers;
mod words;

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

pub use article::Author;
pub use numbers::Numbers;

/// Raised whenever the articles become others, so that no corpus of before is taken for one of now.
const VERSION: u32 = 1;
/// Articles of a folder.
const FOLDER: u64 = 1_000;

/// The folder with the first `articles` made articles, below `place`. It is written once and then found
/// again.
///
/// # Errors
/// If it cannot be written.
pub fn made_corpus(place: &Path, articles: u64) -> io::Result<PathBuf> {
    let root = place.join(format!("made-{VERSION}-{articles}"));
    let finished = place.join(format!("made-{VERSION}-{articles}.finished"));
    if !finished.exists() {
        write(&root, articles)?;
        fs::write(finished, "")?;
    }
    Ok(root)
}

fn write(root: &Path, articles: u64) -> io::Result<()> {
    let author = Author::default();
    for number in 0..articles {
        let folder = root.join(format!("{:04}", number / FOLDER));
        if number % FOLDER == 0 {
            fs::create_dir_all(&folder)?;
        }
        let mut file = File::create(folder.join(format!("{number:07}.md")))?;
        file.write_all(author.article(number).as_bytes())?;
        // Long ago, and the same every time: a file that was changed a moment ago might be changed
        // once more in the same tick of the clock, so it is read again.
        file.set_modified(UNIX_EPOCH + Duration::from_secs(1_600_000_000 + number))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use gleaner_store::content_hash;

    use super::*;

    #[test]
    fn the_articles_are_the_same_everywhere() {
        let author = Author::default();
        let all: String = (0..200).map(|number| author.article(number)).collect();
        assert_eq!(
            (all.len(), content_hash(all.as_bytes())),
            (839_989, 4_509_818_549_413_597_261),
            "raise VERSION if this is meant"
        );
    }

    #[test]
    fn an_article_reads_without_problems() {
        let author = Author::default();
        for number in 0..200 {
            let path = gleaner::ArticlePath::from_bytes(*b"a.md");
            let (article, problems) =
                gleaner::read_article(&path, author.article(number).as_bytes());
            assert!(problems.is_empty(), "{problems:?}");
            let article = article.expect("an article");
            assert!(article.date.is_some() && article.topics.len() <= 2);
            assert!(!article.passages.is_empty());
        }
    }
}

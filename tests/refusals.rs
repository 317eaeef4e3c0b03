use std::fs;

use gleaner::{Error, IngestOptions, Searcher};

use crate::support::Folder;

fn rebuilding() -> IngestOptions {
    let mut options = IngestOptions::default();
    options.rebuild = true;
    options
}

#[test]
fn a_folder_of_somebody_else_is_refused_and_not_touched() {
    let folder = Folder::new(&[("a.md", "An article.")]);
    fs::create_dir(folder.index()).expect("a folder");
    fs::write(folder.index().join("mine.txt"), "mine").expect("a file");
    for options in [IngestOptions::default(), rebuilding()] {
        let refused = gleaner::ingest(folder.articles(), folder.index(), &options);
        assert!(matches!(refused, Err(Error::Foreign { .. })), "{refused:?}");
    }
    assert!(matches!(
        Searcher::open(folder.index()),
        Err(Error::Foreign { .. })
    ));
    let names: Vec<_> = fs::read_dir(folder.index())
        .expect("the folder")
        .map(|e| e.expect("an entry").file_name())
        .collect();
    assert_eq!(names, ["mine.txt"]);
}

#[test]
fn a_folder_with_nothing_but_papers_is_empty() {
    let folder = Folder::new(&[("a.md", "An article.")]);
    fs::create_dir(folder.index()).expect("a folder");
    fs::write(folder.index().join("README.md"), "What this folder is for.").expect("a file");
    assert!(matches!(
        Searcher::open(folder.index()),
        Err(Error::NotFound { .. })
    ));
    folder.ingest();
    assert_eq!(folder.paths("article"), ["a.md"]);
    assert!(folder.index().join("README.md").exists());
    assert!(folder.index().join("CACHEDIR.TAG").exists());
}

#[test]
fn another_version_is_refused_and_a_rebuild_replaces_it() {
    let folder = Folder::new(&[("a.md", "An article.")]);
    folder.ingest();
    // The list of segments of another version is not one that this build could read.
    fs::write(folder.index().join("meta.json"), "{}").expect("written");
    let stamp = "{\"format\":4,\"language\":\"english\",\"analysis\":\"0123456789abcdef\"}";
    fs::write(folder.index().join("gleaner.json"), stamp).expect("written");
    let refused = Searcher::open(folder.index()).expect_err("a refusal");
    let expected = format!("format 4, this build reads {}", gleaner::FORMAT);
    assert!(refused.to_string().contains(&expected), "{refused}");
    assert!(gleaner::ingest(folder.articles(), folder.index(), &IngestOptions::default()).is_err());
    folder.ingest_with(&rebuilding());
    assert_eq!(folder.paths("article"), ["a.md"]);
}

#[test]
fn damage_is_told_and_a_rebuild_mends_it() {
    let folder = Folder::new(&[("a.md", "An article.")]);
    folder.ingest();
    for entry in fs::read_dir(folder.index()).expect("the index") {
        let path = entry.expect("an entry").path();
        if path
            .extension()
            .is_some_and(|extension| extension == "term")
        {
            fs::write(path, "not a dictionary").expect("written");
        }
    }
    let damaged = Searcher::open(folder.index());
    assert!(matches!(damaged, Err(Error::Damaged { .. })), "{damaged:?}");
    folder.ingest_with(&rebuilding());
    assert_eq!(folder.paths("article"), ["a.md"]);
}

#[test]
fn an_articles_folder_that_is_missing_is_an_error_and_removes_nothing() {
    let folder = Folder::new(&[("a.md", "An article.")]);
    folder.ingest();
    let away = folder.articles().with_extension("away");
    fs::rename(folder.articles(), &away).expect("renamed");
    let missing = gleaner::ingest(folder.articles(), folder.index(), &IngestOptions::default());
    assert!(matches!(missing, Err(Error::Io { .. })), "{missing:?}");
    assert_eq!(folder.paths("article"), ["a.md"]);
}

#[test]
fn a_glob_that_means_nothing_is_an_error_that_names_it() {
    let folder = Folder::new(&[("a.md", "An article.")]);
    let mut options = IngestOptions::default();
    options.files.exclude.push("a[".into());
    let refused = gleaner::ingest(folder.articles(), folder.index(), &options);
    assert!(matches!(refused, Err(Error::Glob { .. })), "{refused:?}");
}

use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use gleaner::{Error, IngestOptions, Searcher};

use crate::support::{Folder, gleaner};

fn three() -> Folder {
    let folder = Folder::new(&[
        ("a.md", "A ferry one."),
        ("b.md", "A ferry two."),
        ("sub/c.md", "A ferry three."),
    ]);
    folder.ingest();
    folder
}

fn rebuilding() -> IngestOptions {
    let mut options = IngestOptions::default();
    options.rebuild = true;
    options
}

/// The files of the index that a search may need, in the order of their names.
fn files(folder: &Folder) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.index()).expect("the index");
    let mut files: Vec<PathBuf> = entries.map(|e| e.expect("an entry").path()).collect();
    files.retain(|file| {
        let name = file.file_name().expect("a name").to_string_lossy();
        name == "meta.json" || name.split('.').next().is_some_and(|stem| stem.len() == 32)
    });
    files.sort();
    files
}

#[test]
fn a_list_of_deletions_that_a_killed_run_left_is_in_nobodys_way() {
    let folder = three();
    let segment = files(&folder).remove(0);
    let id = segment
        .file_stem()
        .expect("a name")
        .to_string_lossy()
        .into_owned();
    for opstamp in 0..5 {
        let name = format!("{id}.{opstamp}.del");
        fs::write(folder.index().join(name), "left over").expect("written");
    }
    folder.write("a.md", "A ferry, changed.");
    assert_eq!(folder.ingest().changed, 1);
    assert_eq!(folder.paths("changed"), ["a.md"]);
    let left = files(&folder)
        .into_iter()
        .filter(|file| fs::read(file).is_ok_and(|bytes| bytes == b"left over"));
    assert_eq!(left.count(), 0, "it was removed");
}

#[test]
fn a_folder_that_is_suddenly_empty_is_refused_unless_that_is_meant() {
    let folder = three();
    fs::remove_dir_all(folder.articles()).expect("removed");
    fs::create_dir(folder.articles()).expect("a folder");
    for options in [IngestOptions::default(), rebuilding()] {
        let refused = gleaner::ingest(folder.articles(), folder.index(), &options);
        assert!(
            matches!(refused, Err(Error::NoArticles { articles: 3, .. })),
            "{refused:?}"
        );
        assert_eq!(folder.search("ferry").total, 3);
    }
    let articles = folder.articles();
    let articles = articles.to_string_lossy();
    let ran = gleaner(&folder.index(), &["index", &articles]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("`--allow-empty`"), "{}", ran.err);
    let ran = gleaner(&folder.index(), &["index", "--allow-empty", &articles]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(folder.search("ferry").total, 0);
}

#[test]
fn a_rebuild_that_cannot_start_leaves_the_index_as_it_was() {
    let folder = three();
    let missing = folder.articles().join("missing");
    let missing = missing.to_string_lossy();
    for arguments in [
        &["index", "--rebuild", "--language", "german", &missing][..],
        &[
            "index",
            "--rebuild",
            "--language",
            "german",
            "--exclude",
            "[",
        ][..],
    ] {
        let ran = gleaner(&folder.index(), arguments);
        assert_eq!(ran.code, 2, "{}", ran.err);
        assert_eq!(folder.search("ferry").total, 3);
    }
}

/// A file that is there and cannot be read, also by root.
#[cfg(target_os = "linux")]
#[test]
fn a_rebuild_does_not_lose_what_cannot_be_read_just_now() {
    let folder = three();
    let file = folder.articles().join("a.md");
    fs::remove_file(&file).expect("removed");
    std::os::unix::fs::symlink("/proc/self/mem", &file).expect("a link");
    let mut options = rebuilding();
    options.files.follow_links = true;
    let refused = gleaner::ingest(folder.articles(), folder.index(), &options);
    assert!(matches!(refused, Err(Error::Io { .. })), "{refused:?}");
    assert_eq!(folder.search("ferry").total, 3);
    options.rebuild = false;
    let report = folder.ingest_with(&options);
    assert_eq!((report.unchanged, report.problems.len()), (3, 1));
    assert_eq!(folder.search("ferry").total, 3);
}

#[test]
fn a_first_run_with_a_wrong_folder_makes_no_index() {
    let folder = Folder::new(&[]);
    let missing = folder.articles().join("missing");
    let ran = gleaner(&folder.index(), &["index", &missing.to_string_lossy()]);
    assert_eq!(ran.code, 2);
    let opened = Searcher::open(folder.index());
    assert!(matches!(opened, Err(Error::NotFound { .. })), "{opened:?}");
}

#[test]
fn a_run_that_is_stopped_leaves_nothing_and_a_first_one_says_that_it_has_not_finished() {
    let folder = Folder::new(&[("a.md", "A ferry."), ("b.md", "A tower.")]);
    let options = IngestOptions::default();
    let cancel = options.cancel.clone();
    let (articles, index) = (folder.articles(), folder.index());
    let stopped = gleaner::ingest_with_progress(articles, index, &options, &|_| cancel.cancel());
    assert!(
        matches!(stopped, Err(Error::Cancelled { .. })),
        "{stopped:?}"
    );
    assert_eq!(files(&folder), [] as [PathBuf; 0]);
    let ran = gleaner(&folder.index(), &["search", "ferry"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("the first run has not finished"),
        "{}",
        ran.err
    );
    let ran = gleaner(&folder.index(), &["search", "--refresh", "ferry"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn an_index_that_takes_the_place_of_another_during_a_run_stays_as_it_is() {
    let (folder, other) = (three(), three());
    other.write("d.md", "A ferry four.");
    other.ingest();
    folder.write("a.md", "A ferry five.");
    let contents = |files: Vec<PathBuf>| -> Vec<Vec<u8>> {
        let contents = files.into_iter().map(fs::read);
        contents.map(|bytes| bytes.expect("a file")).collect()
    };
    let before = contents(files(&other));
    let index = folder.index();
    let names: Vec<PathBuf> = files(&other)
        .iter()
        .map(|file| index.join(file.file_name().expect("a name")))
        .collect();
    let is_replaced = AtomicBool::new(false);
    let replace = |_| {
        if !is_replaced.swap(true, Ordering::SeqCst) {
            fs::rename(&index, index.with_extension("away")).expect("renamed");
            fs::rename(other.index(), &index).expect("renamed");
        }
    };
    let options = IngestOptions::default();
    let run = gleaner::ingest_with_progress(folder.articles(), &index, &options, &replace);
    assert!(matches!(run, Err(Error::Replaced { .. })), "{run:?}");
    assert_eq!(contents(names), before);
    let found = Searcher::open(&index).expect("an index").paths();
    assert_eq!(found.expect("paths").len(), 4);
}

#[test]
fn a_file_replaced_by_one_of_the_same_size_and_time_is_read_again() {
    let folder = Folder::new(&[("a.md", "oldword")]);
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_704_067_200);
    let set_time = |name: &str| {
        let file = File::options()
            .write(true)
            .open(folder.articles().join(name));
        file.expect("a file").set_modified(old).expect("a time");
    };
    set_time("a.md");
    folder.ingest();
    folder.write("b.txt.new", "newword");
    set_time("b.txt.new");
    let articles = folder.articles();
    fs::rename(articles.join("b.txt.new"), articles.join("a.md")).expect("renamed");
    assert_eq!(folder.ingest().changed, 1);
    assert_eq!(folder.paths("newword"), ["a.md"]);
}

#[test]
fn every_damage_is_told_with_the_command_that_mends_it_and_mended_by_it() {
    let damages: [fn(&mut Vec<u8>); 5] = [
        Vec::clear,
        |bytes| bytes.truncate(bytes.len() / 2),
        |bytes| bytes.fill(0),
        |bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 16;
        },
        |bytes| bytes[0] ^= 1,
    ];
    let folder = three();
    for number in 0..files(&folder).len() {
        for (kind, damage) in damages.iter().enumerate() {
            let file = files(&folder).remove(number);
            let mut bytes = fs::read(&file).expect("a file");
            damage(&mut bytes);
            fs::remove_file(&file).expect("removed");
            fs::write(&file, bytes).expect("written");
            let name = format!("{} {kind}", file.display());
            let ran = gleaner(&folder.index(), &["search", "ferry"]);
            assert_eq!(ran.code, 2, "{name}: {ran:?}");
            assert!(
                ran.err.contains("the index is damaged"),
                "{name}: {}",
                ran.err
            );
            assert!(
                ran.err.contains("`gleaner index --rebuild --index "),
                "{}",
                ran.err
            );
            let ran = gleaner(&folder.index(), &["check"]);
            assert_eq!(ran.code, 1, "{name}: {ran:?}");
            let ran = gleaner(&folder.index(), &["check", "--repair"]);
            assert_eq!(ran.code, 0, "{name}: {ran:?}");
            assert_eq!(folder.search("ferry").total, 3, "{name}");
        }
        fs::remove_file(files(&folder).remove(number)).expect("removed");
        let opened = Searcher::open(folder.index());
        assert!(matches!(opened, Err(Error::Damaged { .. })), "{opened:?}");
        folder.ingest_with(&rebuilding());
    }
}

#[test]
fn a_check_tells_articles_that_differ_by_their_content() {
    let folder = three();
    let ran = gleaner(&folder.index(), &["check"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("all checksums right"), "{}", ran.out);
    folder.write("a.md", "A ferry, changed.");
    folder.write("new.md", "A tower.");
    fs::remove_file(folder.articles().join("b.md")).expect("removed");
    let ran = gleaner(&folder.index(), &["check"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    for line in [
        "a.md: changed since it was indexed",
        "b.md: removed since it was indexed",
        "new.md: added since it was indexed",
    ] {
        assert!(ran.out.contains(line), "{}", ran.out);
    }
    assert_eq!(gleaner(&folder.index(), &["check", "--repair"]).code, 0);
    assert_eq!(gleaner(&folder.index(), &["check"]).code, 0);
}

#[test]
fn a_stamp_that_is_lost_or_broken_is_written_anew() {
    for stamp in [None, Some(""), Some("{\"format\":"), Some("\0\0\0")] {
        let folder = three();
        let file = folder.index().join("gleaner.json");
        fs::remove_file(&file).expect("removed");
        if let Some(stamp) = stamp {
            fs::write(&file, stamp).expect("written");
        }
        assert_eq!(folder.search("ferry").total, 3);
        let ran = gleaner(&folder.index(), &["check"]);
        assert_eq!(ran.code, 1, "{stamp:?}: {ran:?}");
        assert!(
            ran.out
                .contains("`gleaner.json` is missing or does not match"),
            "{}",
            ran.out
        );
        assert_eq!(folder.ingest().unchanged, 3);
        assert_eq!(gleaner(&folder.index(), &["check"]).code, 0, "{stamp:?}");
        let stamp = fs::read_to_string(&file).expect("a stamp");
        assert!(stamp.starts_with("{\"format\":"), "{stamp}");
    }
}

#[test]
fn a_check_does_not_advise_a_repair_that_cannot_be_made() {
    let folder = three();
    for name in ["meta.json", "gleaner.json"] {
        fs::write(folder.index().join(name), "").expect("written");
    }
    let ran = gleaner(&folder.index(), &["check"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let advice = "`gleaner index --rebuild FOLDER`";
    assert!(ran.err.contains(advice), "{}", ran.err);
    assert!(!ran.err.contains("--repair"), "{}", ran.err);
    let ran = gleaner(&folder.index(), &["check", "--repair"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains(advice), "{}", ran.err);
}

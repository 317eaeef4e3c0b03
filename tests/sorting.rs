use std::cmp::Ordering;

use gleaner::{Hit, Query, Sort, Value};
use proptest::prelude::*;

use crate::made::{KEYS, MADE, all_hits, query};
use crate::support::{Folder, gleaner};

/// A value as hits are compared by it: its type, its number, its text folded and as written.
type Place = (u8, f64, String, String);

fn place(value: &Value) -> Option<Place> {
    let text = |text: String| (4, 0.0, text.to_lowercase().replace('ü', "u"), text);
    Some(match value {
        Value::Bool(truth) => (1, f64::from(u8::from(*truth)), String::new(), String::new()),
        Value::Integer(number) => (2, *number as f64, String::new(), String::new()),
        Value::Float(number) => (2, *number, String::new(), String::new()),
        Value::Date(date) if date.seconds().checked_mul(1_000_000_000).is_some() => {
            (3, date.seconds() as f64, String::new(), String::new())
        }
        Value::Text(long) if long.len() > 256 => return None,
        other => text(other.to_string()),
    })
}

fn compare(a: &Place, b: &Place) -> Ordering {
    (a.0.cmp(&b.0))
        .then(a.1.total_cmp(&b.1))
        .then_with(|| (&a.2, &a.3).cmp(&(&b.2, &b.3)))
}

/// The value of a hit that counts: the first of all in the direction.
fn counting(hit: &Hit, key: &str, is_descending: bool) -> Option<Place> {
    let places = match key {
        "title" => vec![Value::Text(hit.title.clone())],
        key => crate::facets::values(hit, key),
    };
    let places = places.iter().filter_map(place);
    if is_descending {
        places.max_by(compare)
    } else {
        places.min_by(compare)
    }
}

fn by_hand(hits: &[Hit], key: &str, is_descending: bool) -> Vec<Hit> {
    let mut hits = hits.to_vec();
    hits.sort_by(|a, b| {
        if key == "path" {
            let order = a.path.cmp(&b.path);
            return if is_descending {
                order.reverse()
            } else {
                order
            };
        }
        let values = [a, b].map(|hit| counting(hit, key, is_descending));
        let order = match &values {
            [Some(a), Some(b)] if is_descending => compare(b, a),
            [Some(a), Some(b)] => compare(a, b),
            [a, b] => b.is_some().cmp(&a.is_some()),
        };
        order.then_with(|| a.path.cmp(&b.path))
    });
    hits
}

fn keys() -> Vec<&'static str> {
    let known = KEYS.into_iter().filter(|key| *key != "nobody");
    known.chain(["title", "path"]).collect()
}

proptest! {
    #[test]
    fn the_order_is_that_of_sorting_all_hits_by_hand(
        text in query(),
        key in prop::sample::select(keys()),
        is_descending in any::<bool>(),
        offset in 0..40usize,
        limit in prop_oneof![Just(1000), 0..20usize],
    ) {
        let sort = if is_descending { Sort::descending(key) } else { Sort::ascending(key) };
        let query = Query::new(text).sort(sort).collapse(false).offset(offset).limit(limit);
        let page = MADE.search_paths(&query).expect("a page");
        let all = all_hits(text);
        prop_assert_eq!(page.total, all.total);
        let expected: Vec<_> = by_hand(&all.hits, key, is_descending)
            .into_iter()
            .skip(offset)
            .take(limit)
            .map(|hit| (hit.path, hit.score))
            .collect();
        prop_assert_eq!(page.paths, expected);
    }
}

#[test]
fn hits_keep_what_they_have_and_an_unknown_key_changes_nothing() {
    let best = all_hits("brain");
    let sorted = |sort: Sort| {
        let query = Query::new("brain").limit(1000).collapse(false).sort(sort);
        MADE.search(&query).expect("a page")
    };
    let by_path = sorted(Sort::ascending("path"));
    assert_eq!(by_path.hits[0].rank, 1);
    assert_ne!(by_path.hits[0].path, best.hits[0].path);
    let mut again = by_path.hits.clone();
    again.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| a.path.cmp(&b.path))
    });
    for (hit, rank) in again.iter_mut().zip(1..) {
        hit.rank = rank;
    }
    assert_eq!(again, best.hits);
    for same in [Sort::score(), Sort::read("score"), Sort::read("-score")] {
        assert_eq!(sorted(same).hits, best.hits);
    }
    let unknown = sorted(Sort::descending("nobody"));
    assert_eq!(unknown.hits, best.hits);
    assert_eq!(
        unknown.notes[0].to_string(),
        "sorted by score, not by `nobody`: no article has such a key"
    );
}

#[test]
fn the_command_sorts_in_both_directions() {
    let folder = Folder::new(&[
        (
            "a.md",
            "---\ndate: 2023-05-01\nrank: 2\n---\n# Zebra\n\nkeyword",
        ),
        (
            "b.md",
            "---\ndate: 2024-05-01\nrank: low\n---\n# ärger\n\nkeyword keyword",
        ),
        (
            "c.md",
            "---\ndate: 2022-05-01\nrank: [1, 9]\n---\n# Bear\n\nkeyword",
        ),
        ("d.md", "# Apple\n\nkeyword"),
    ]);
    folder.ingest();
    let sorted = |sort: &[&str]| {
        let args = [&["search", "--format", "paths", "keyword"], sort].concat();
        let ran = gleaner(&folder.index(), &args);
        let names = ran
            .out
            .lines()
            .map(|line| &line[line.len() - 4..line.len() - 3]);
        names.collect::<String>()
    };
    assert_eq!(sorted(&["--sort", "date"]), "cabd");
    assert_eq!(sorted(&["--sort", "-date"]), "bacd");
    assert_eq!(sorted(&["--sort=-published"]), "bacd");
    assert_eq!(sorted(&["--sort", "title"]), "dbca");
    assert_eq!(sorted(&["--sort", "-path"]), "dcba");
    assert_eq!(sorted(&["--sort", "rank"]), "cabd");
    assert_eq!(sorted(&["--sort", "-rank"]), "bcad");
    assert_eq!(
        sorted(&["--sort", "-rank", "-n", "1", "--offset", "2"]),
        "a"
    );
}

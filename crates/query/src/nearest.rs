//! Paths that look like one that is not there.

use std::collections::HashSet;

use gleaner_store::ArticlePath;

/// Most paths suggested.
const MAX_NEAREST: usize = 3;

/// Least resemblance of a suggestion, from 0 to 1.
const MIN_RESEMBLANCE: f64 = 0.5;

/// The paths that resemble `path` most, the nearest first: Dice's coefficient over pairs of
/// neighbouring letters without regard to case (Dice, "Measures of the amount of ecologic
/// association between species", 1945), of the paths or of the names of the files alone.
pub(crate) fn nearest(path: &ArticlePath, paths: Vec<ArticlePath>) -> Vec<ArticlePath> {
    let wanted = path.to_str_lossy().to_lowercase();
    let (whole, name) = (pairs(&wanted), pairs(file_name(&wanted)));
    let mut found: Vec<(f64, ArticlePath)> = paths
        .into_iter()
        .map(|path| {
            let text = path.to_str_lossy().to_lowercase();
            let by_name = resemblance(&name, &pairs(file_name(&text)));
            (resemblance(&whole, &pairs(&text)).max(by_name), path)
        })
        .filter(|(resemblance, _)| *resemblance >= MIN_RESEMBLANCE)
        .collect();
    found.sort_by(|(a, a_path), (b, b_path)| b.total_cmp(a).then_with(|| a_path.cmp(b_path)));
    found.truncate(MAX_NEAREST);
    found.into_iter().map(|(_, path)| path).collect()
}

/// The name of the file without its extension, which most files share.
fn file_name(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn pairs(text: &str) -> HashSet<(char, char)> {
    text.chars().zip(text.chars().skip(1)).collect()
}

fn resemblance(a: &HashSet<(char, char)>, b: &HashSet<(char, char)>) -> f64 {
    let both = a.intersection(b).count() as f64;
    2.0 * both / (a.len() + b.len()).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: &[&str]) {
        let paths = ["news/ferry.md", "news/harbour.md", "notes/a.txt", "a.txt"];
        let found = nearest(&path.into(), paths.map(ArticlePath::from).to_vec());
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_slip_and_a_missing_folder_are_seen_through() {
        check("news/fery.md", &["news/ferry.md"]);
        check("HARBOUR.MD", &["news/harbour.md"]);
        check("a.txt", &["a.txt", "notes/a.txt"]);
        check("something else", &[]);
    }
}

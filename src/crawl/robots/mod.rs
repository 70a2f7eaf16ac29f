//! Reads robots.txt as RFC 9309 and Google's parser do, and says of a URL: allowed or not, by which line.
//!
//! Parsing is total: any bytes give some rules, and a line that makes no sense is passed over. What
//! the absence of a readable file means is in [`standing`]. Lines beyond [`LIMIT`] are not read.

use std::time::Duration;

use memchr::memmem;

pub mod standing;

/// Bytes of a robots.txt that are read; RFC 9309 asks for at least 500 KiB.
pub const LIMIT: usize = 500 * 1024;

/// Bytes of one line that are read, as in Google's parser: eight times the longest URL of old browsers.
const LINE_LIMIT: usize = 2083 * 8;

/// Keys are told by their beginning, and by the misspellings that are common enough to be meant.
const USER_AGENT: &[&str] = &["user-agent", "useragent", "user agent"];
const ALLOW: &[&str] = &["allow"];
const DISALLOW: &[&str] = &[
    "disallow",
    "dissallow",
    "dissalow",
    "disalow",
    "diasllow",
    "disallaw",
];
const DELAY: &[&str] = &["crawl-delay", "crawldelay", "crawl delay"];
const SITEMAP: &[&str] = &["sitemap", "site-map"];

/// A parsed robots.txt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Robots {
    lines: Vec<Line>,
}

/// Whether a URL may be fetched, and what says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Whether the URL may be fetched.
    pub allowed: bool,
    /// The line that decides, from 1; none where no line speaks of the URL.
    pub line: Option<usize>,
    /// The text of that line, without its comment.
    pub rule: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    number: usize,
    text: String,
    directive: Directive,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Directive {
    /// The product token that opens or extends a group, or `*`.
    Agent(Vec<u8>),
    Rule {
        allow: bool,
        pattern: Vec<u8>,
    },
    Delay(Duration),
    Sitemap(String),
}

impl Robots {
    /// Reads a robots.txt; of a longer file the first [`LIMIT`] bytes.
    pub fn parse(bytes: &[u8]) -> Self {
        let bytes = &bytes[..bytes.len().min(LIMIT)];
        let lines = split_lines(without_bom(bytes))
            .enumerate()
            .filter_map(|(index, line)| read_line(index + 1, line))
            .collect();
        Self { lines }
    }

    /// Decides for a crawler's product token (`sihafa`, or `sihafa/1.0`) and an absolute URL.
    ///
    /// The longest matching pattern of the agent's own groups decides, an `Allow` before a `Disallow`
    /// of the same length; the groups of `*` speak only where no group names the agent.
    pub fn decide(&self, agent: &str, url: &str) -> Decision {
        let agent = agent.split('/').next().unwrap_or_default().as_bytes();
        let path = upper_escapes(path_of(url).as_bytes());
        let own = self.named(agent);
        let best = self
            .rules(agent, own)
            .filter_map(|(line, allow, pattern)| {
                let weight = weight(&path, pattern, allow)?;
                Some((weight, allow, line))
            })
            .filter(|(weight, ..)| *weight > 0)
            // The last of equals would win; among equal lines the first is the one to name.
            .rev()
            .max_by_key(|(weight, allow, _)| (*weight, *allow));
        match best {
            Some((_, allowed, line)) => Decision {
                allowed,
                line: Some(line.number),
                rule: line.text.clone(),
            },
            None => Decision {
                allowed: true,
                line: None,
                rule: String::new(),
            },
        }
    }

    /// The delay between two requests that the agent's group asks for, else that of `*`.
    pub fn crawl_delay(&self, agent: &str) -> Option<Duration> {
        let agent = agent.split('/').next().unwrap_or_default().as_bytes();
        let own = self.delays(agent, true).max();
        if own.is_some() || self.named(agent) {
            return own;
        }
        self.delays(agent, false).max()
    }

    /// The sitemaps that the file names, in its order, as written.
    pub fn sitemaps(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().filter_map(|line| match &line.directive {
            Directive::Sitemap(address) => Some(address.as_str()),
            _ => None,
        })
    }

    /// Whether some group names the agent itself.
    fn named(&self, agent: &[u8]) -> bool {
        self.lines.iter().any(|line| {
            matches!(&line.directive, Directive::Agent(name) if name.eq_ignore_ascii_case(agent))
        })
    }

    /// The rules of the agent's own groups, or of the groups of `*`.
    fn rules<'a>(
        &'a self,
        agent: &'a [u8],
        own: bool,
    ) -> impl DoubleEndedIterator<Item = (&'a Line, bool, &'a [u8])> {
        let mut group = Group::default();
        let rules: Vec<_> = self
            .lines
            .iter()
            .filter_map(|line| match &line.directive {
                Directive::Agent(name) => {
                    group.join(speaks_of(name, agent, own));
                    None
                }
                Directive::Rule { allow, pattern } => {
                    group
                        .closes_after()
                        .then_some((line, *allow, pattern.as_slice()))
                }
                // Neither a delay nor a sitemap ends a list of agents.
                Directive::Delay(_) | Directive::Sitemap(_) => None,
            })
            .collect();
        rules.into_iter()
    }

    fn delays(&self, agent: &[u8], own: bool) -> impl Iterator<Item = Duration> {
        let mut group = Group::default();
        self.lines
            .iter()
            .filter_map(move |line| match &line.directive {
                Directive::Agent(name) => {
                    group.join(speaks_of(name, agent, own));
                    None
                }
                Directive::Rule { .. } => {
                    group.closes_after();
                    None
                }
                Directive::Delay(delay) => group.closes_after().then_some(*delay),
                Directive::Sitemap(_) => None,
            })
    }
}

/// Whether the lines being read belong to a group of interest: agents gather until a rule follows.
#[derive(Default)]
struct Group {
    meant: bool,
    closed: bool,
}

impl Group {
    fn join(&mut self, meant: bool) {
        if self.closed {
            *self = Self::default();
        }
        self.meant |= meant;
    }

    /// Marks that the next agent opens a new group, and tells whether this one is meant.
    fn closes_after(&mut self) -> bool {
        self.closed = true;
        self.meant
    }
}

fn speaks_of(name: &[u8], agent: &[u8], own: bool) -> bool {
    if own {
        name.eq_ignore_ascii_case(agent)
    } else {
        name == b"*"
    }
}

/// The length of a pattern that matches; `Allow: /x/index.html` also stands for `/x/` itself.
fn weight(path: &[u8], pattern: &[u8], allow: bool) -> Option<usize> {
    if matches(path, pattern) {
        return Some(pattern.len());
    }
    let folder = memchr::memrchr(b'/', pattern)?;
    let index = allow && pattern[folder..].starts_with(b"/index.htm");
    // The folder with its slash and an end mark.
    (index && matches(path, &[&pattern[..=folder], b"$"].concat())).then_some(folder + 2)
}

/// Whether a pattern with `*` anywhere and `$` at its end matches the beginning of a path.
fn matches(path: &[u8], pattern: &[u8]) -> bool {
    let (pattern, anchored) = match pattern.split_last() {
        Some((b'$', rest)) => (rest, true),
        _ => (pattern, false),
    };
    let mut pieces = pattern.split(|byte| *byte == b'*');
    let Some(mut rest) = path.strip_prefix(pieces.next().unwrap_or_default()) else {
        return false;
    };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return !anchored || rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if anchored && pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        // The leftmost place leaves the most for the pieces that follow.
        match memmem::find(rest, piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    true
}

/// Path, parameters and query of a URL that need not be well formed; `/` where there are none.
fn path_of(url: &str) -> String {
    let start = if url.starts_with("//") { 2 } else { 0 };
    let mark = |from: usize| url[from..].find(['/', '?', ';']).map(|at| from + at);
    let scheme = url[start..]
        .find("://")
        .map(|at| start + at)
        .filter(|at| mark(start).is_none_or(|early| early > *at));
    let Some(path) = mark(scheme.map_or(start, |at| at + 3)) else {
        return "/".to_owned();
    };
    let end = url[start..].find('#').map_or(url.len(), |at| start + at);
    if end < path {
        return "/".to_owned();
    }
    let slash = if url[path..].starts_with('/') {
        ""
    } else {
        "/"
    };
    format!("{slash}{}", &url[path..end])
}

/// A byte order mark, or the beginning of one: editors cut it in half.
fn without_bom(bytes: &[u8]) -> &[u8] {
    let mark = b"\xef\xbb\xbf";
    let kept = bytes.iter().zip(mark).take_while(|(a, b)| a == b).count();
    &bytes[kept..]
}

/// Lines ended by `\n`, `\r` or `\r\n`, each cut at [`LINE_LIMIT`].
fn split_lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = memchr::memchr2(b'\n', b'\r', text) else {
            rest = None;
            return Some(text);
        };
        let wide = usize::from(text[end..].starts_with(b"\r\n"));
        rest = Some(&text[end + 1 + wide..]);
        Some(&text[..end])
    })
    .map(|line| &line[..line.len().min(LINE_LIMIT)])
}

fn read_line(number: usize, line: &[u8]) -> Option<Line> {
    let comment = memchr::memchr(b'#', line).unwrap_or(line.len());
    let line = line[..comment].trim_ascii();
    let (key, value) = key_and_value(line)?;
    let key = key.to_ascii_lowercase();
    let is = |spellings: &[&str]| spellings.iter().any(|s| key.starts_with(s.as_bytes()));
    let directive = if is(USER_AGENT) {
        Directive::Agent(product_token(value))
    } else if is(ALLOW) || is(DISALLOW) {
        Directive::Rule {
            allow: is(ALLOW),
            pattern: escaped(value),
        }
    } else if is(DELAY) {
        Directive::Delay(seconds(value)?)
    } else if is(SITEMAP) {
        Directive::Sitemap(String::from_utf8_lossy(value).into_owned())
    } else {
        return None;
    };
    Some(Line {
        number,
        text: String::from_utf8_lossy(line).into_owned(),
        directive,
    })
}

/// `key: value`; where the colon is forgotten, two words and no more.
fn key_and_value(line: &[u8]) -> Option<(&[u8], &[u8])> {
    if let Some(colon) = memchr::memchr(b':', line) {
        return Some((line[..colon].trim_ascii(), line[colon + 1..].trim_ascii()));
    }
    let space = memchr::memchr2(b' ', b'\t', line)?;
    let value = line[space..].trim_ascii();
    (memchr::memchr2(b' ', b'\t', value).is_none()).then_some((&line[..space], value))
}

/// What stands before the first byte that a product token cannot hold; `*` alone means everyone.
fn product_token(value: &[u8]) -> Vec<u8> {
    match value {
        [b'*'] => b"*".to_vec(),
        [b'*', next, ..] if next.is_ascii_whitespace() => b"*".to_vec(),
        _ => value
            .iter()
            .take_while(|b| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_'))
            .copied()
            .collect(),
    }
}

/// A pattern in the form in which URLs are sent: other than ASCII escaped, escapes in upper case.
fn escaped(pattern: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(pattern.len());
    for byte in upper_escapes(pattern) {
        if byte.is_ascii() {
            out.push(byte);
        } else {
            out.extend_from_slice(format!("%{byte:02X}").as_bytes());
        }
    }
    out
}

fn upper_escapes(text: &[u8]) -> Vec<u8> {
    let mut out = text.to_vec();
    for at in memchr::memchr_iter(b'%', text) {
        if let Some(digits) = out.get_mut(at + 1..at + 3)
            && digits.iter().all(u8::is_ascii_hexdigit)
        {
            digits.make_ascii_uppercase();
        }
    }
    out
}

/// A delay in seconds, with or without a fraction.
fn seconds(value: &[u8]) -> Option<Duration> {
    let first = std::str::from_utf8(value).ok()?.split_whitespace().next()?;
    Duration::try_from_secs_f64(first.replace(',', ".").parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(robots: &str, agent: &str, url: &str, expect: (bool, Option<usize>)) {
        let decision = Robots::parse(robots.as_bytes()).decide(agent, url);
        assert_eq!(
            (decision.allowed, decision.line),
            expect,
            "{robots:?} {agent} {url}"
        );
    }

    #[test]
    fn the_longest_rule_of_the_own_group_decides_and_is_named() {
        let robots = "# all\nUser-agent: *\nDisallow: /\n\nUser-agent: Sihafa\nDisallow: /archive/ # old\nAllow: /archive/2024\n";
        check(robots, "sihafa", "http://a.dz/sante", (true, None));
        check(
            robots,
            "sihafa/0.1",
            "http://a.dz/archive/1",
            (false, Some(6)),
        );
        check(
            robots,
            "sihafa",
            "http://a.dz/archive/2024/5",
            (true, Some(7)),
        );
        check(robots, "other", "http://a.dz/sante", (false, Some(3)));
    }

    #[test]
    fn wildcards_and_end_marks() {
        let robots = "user-agent: *\ndisallow: /*.pdf$\ndisallow: /a*b*c$\ndisallow: /*?print=\n";
        check(robots, "x", "http://a.dz/f.pdf", (false, Some(2)));
        check(robots, "x", "http://a.dz/f.pdf?x", (true, None));
        check(robots, "x", "http://a.dz/a1b2bc", (false, Some(3)));
        check(robots, "x", "http://a.dz/a1b2bcd", (true, None));
        check(robots, "x", "http://a.dz/n?print=1#top", (false, Some(4)));
        check(
            "user-agent: *\ndisallow: *.php$\n",
            "x",
            "http://a.dz/a.php",
            (false, Some(2)),
        );
    }

    #[test]
    fn arabic_paths_match_in_both_spellings() {
        let robots = "user-agent: *\ndisallow: /صحة\ndisallow: /%d8%b7%d8%a8\n";
        let health = "http://a.dz/%d8%b5%d8%ad%d8%a9/1";
        check(robots, "x", health, (false, Some(2)));
        check(robots, "x", "http://a.dz/%D8%B7%D8%A8", (false, Some(3)));
    }

    #[test]
    fn an_empty_group_that_names_the_agent_frees_it() {
        let robots = "user-agent: *\ndisallow: /\nuser-agent: sihafa\ndisallow:\n";
        check(robots, "sihafa", "http://a.dz/", (true, None));
    }

    #[test]
    fn crawl_delay_is_that_of_the_own_group() {
        let robots = Robots::parse(
            b"user-agent: *\ncrawl-delay: 10\nuser-agent: slow\ncrawl-delay: 2.5\nuser-agent: free\nallow: /\nsitemap: http://a.dz/s.xml\n",
        );
        assert_eq!(
            robots.crawl_delay("slow"),
            Some(Duration::from_millis(2500))
        );
        assert_eq!(robots.crawl_delay("sihafa"), Some(Duration::from_secs(10)));
        assert_eq!(robots.crawl_delay("free"), None);
        assert_eq!(robots.sitemaps().collect::<Vec<_>>(), ["http://a.dz/s.xml"]);
    }

    #[test]
    fn nonsense_is_passed_over() {
        for bytes in [
            &b"\xff\xfeU\0s\0e\0r\0"[..],
            b"disallow",
            b": :\n%\n%zz*$*$\nuser-agent:\ndisallow: %",
            b"<html><body>User-agent: *</body>",
            b"user-agent: *\ncrawl-delay: -1\ncrawl-delay: nan\ncrawl-delay: 1e300",
        ] {
            let robots = Robots::parse(bytes);
            assert!(robots.decide("", "").allowed);
            assert!(robots.decide("x", "é://\u{301}?;#").allowed);
            assert_eq!(robots.crawl_delay("x"), None);
        }
    }
}

//! The file of named API tokens, in addition to `ADMIN_TOKEN`.
//!
//! A line has a name, a role (or the job that its token reports) and the token's SHA-256. A slow hash is not needed: a
//! token is 256 random bits, which cannot be guessed at any speed, and each request would pay for it.

use std::{collections::HashSet, fmt, path::Path};

use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::{exposure::Exposure, parse::job_name};
use crate::{
    domain::{Role, TokenName},
    small_file,
};

/// Room for hundreds of tokens. A larger file is a wrong file.
const FILE_BYTES: u64 = 64 * 1024;
const TOKEN_BYTES: usize = 32;
/// Lets secret scanners recognise a leaked token.
const PREFIX: &str = "sovani_";
const JOB: &str = "job:";
const HASH: &str = "sha256:";

/// The tokens of the file.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    known: Vec<NamedToken>,
    /// Other accounts' access to the file.
    pub exposure: Option<Exposure>,
}

#[derive(Clone, PartialEq, Eq)]
pub struct NamedToken {
    pub name: TokenName,
    pub grant: Grant,
    hash: [u8; 32],
}

/// The rights of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    Role(Role),
    /// Only to report runs of this job.
    Job(String),
}

impl From<Role> for Grant {
    fn from(role: Role) -> Self {
        Self::Role(role)
    }
}

/// As written in the file.
impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role(role) => write!(f, "{role}"),
            Self::Job(job) => write!(f, "{JOB}{job}"),
        }
    }
}

/// A new token.
pub struct FreshToken {
    /// Shown once and not stored.
    pub token: String,
    pub line: String,
}

/// Omits the hash.
impl fmt::Debug for NamedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.grant)
    }
}

impl Tokens {
    /// Reads the file; without a path there are no tokens. Errors name lines and never repeat their content.
    pub fn load(path: &str) -> Result<Self, String> {
        if path.is_empty() {
            return Ok(Self::default());
        }
        let cannot = |why: &dyn fmt::Display| format!("the file cannot be read: {why}");
        let file = small_file::read(Path::new(path), FILE_BYTES).map_err(|error| cannot(&error))?;
        // A device such as /dev/null has no secrets to expose.
        let exposure = if file.is_empty() {
            None
        } else {
            Exposure::of(Path::new(path), file.mode, true)
        };
        let text = file.text().map_err(|error| cannot(&error))?;
        Ok(Self {
            known: parse(&text)?,
            exposure,
        })
    }

    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Finds the owner; compares with every token in constant time.
    pub fn find(&self, given: &str) -> Option<&NamedToken> {
        let hash: [u8; 32] = Sha256::digest(given).into();
        let mut place = 0_u64;
        let mut found = Choice::from(0);
        for (at, token) in (0_u64..).zip(&self.known) {
            let same = token.hash.ct_eq(&hash);
            place.conditional_assign(&at, same);
            found |= same;
        }
        if bool::from(found) {
            self.known.get(usize::try_from(place).ok()?)
        } else {
            None
        }
    }
}

impl FreshToken {
    pub fn make(name: TokenName, grant: impl Into<Grant>) -> Result<Self, getrandom::Error> {
        let grant = grant.into();
        let mut random = [0; TOKEN_BYTES];
        getrandom::fill(&mut random)?;
        let token = format!("{PREFIX}{}", hex::encode(random));
        let hash = hex::encode(Sha256::digest(&token));
        let line = format!("{name} {grant} {HASH}{hash}");
        Ok(Self { token, line })
    }
}

/// Parses the rights of a token.
pub fn grant(word: &str) -> Result<Grant, String> {
    if let Some(job) = word.strip_prefix(JOB) {
        return job_name(job).map(Grant::Job);
    }
    [Role::Viewer, Role::Admin]
        .into_iter()
        .find(|role| role.to_string() == word)
        .map(Grant::Role)
        .ok_or_else(|| "expected viewer, admin or job:NAME".to_owned())
}

fn parse(text: &str) -> Result<Vec<NamedToken>, String> {
    let mut known: Vec<NamedToken> = Vec::new();
    let mut faults = Vec::new();
    let (mut names, mut hashes) = (HashSet::new(), HashSet::new());
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        match token(line) {
            Ok(token) if !names.insert(token.name) => {
                faults.push(format!("line {number}: the name is given twice"));
            }
            Ok(token) if !hashes.insert(token.hash) => {
                faults.push(format!("line {number}: the token is given twice"));
            }
            Ok(token) => known.push(token),
            Err(problem) => faults.push(format!("line {number}: {problem}")),
        }
    }
    if faults.is_empty() {
        Ok(known)
    } else {
        Err(faults.join("; "))
    }
}

fn token(line: &str) -> Result<NamedToken, String> {
    let words: Vec<_> = line.split_whitespace().collect();
    let [name, word, hash] = words[..] else {
        return Err("expected a name, a role and the token's sha256:…; make one with: sovani-ops token NAME".to_owned());
    };
    let mut bytes = [0; 32];
    let decoded = hash
        .strip_prefix(HASH)
        .is_some_and(|digits| hex::decode_to_slice(digits, &mut bytes).is_ok());
    if !decoded {
        return Err("expected sha256: and 64 hexadecimal digits as the third word".to_owned());
    }
    Ok(NamedToken {
        name: name.parse().map_err(|error| format!("{error}"))?,
        grant: grant(word)?,
        hash: bytes,
    })
}

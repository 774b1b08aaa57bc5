//! Reads certificates of every version of X.509.
//!
//! `webpki` reads only version 3. `openssl x509 -req` creates version 1 unless extensions are configured, and so does
//! the example in `PostgreSQL`'s documentation.

use chrono::NaiveDateTime;
use rustls::{crypto::WebPkiSupportedAlgorithms, pki_types::UnixTime};

use super::der::{
    BIT_STRING, BOOLEAN, INTEGER, OBJECT_ID, OCTET_STRING, Reader, SEQUENCE, SET, Value,
};

const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];
const ALTERNATIVE_NAMES: &[u8] = &[0x55, 0x1d, 0x11];
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Certificate<'a> {
    signed: &'a [u8],
    signature_algorithm: &'a [u8],
    signature: &'a [u8],
    pub issuer: &'a [u8],
    pub subject: &'a [u8],
    from: i64,
    until: i64,
    key: PublicKey<'a>,
    pub is_version_1: bool,
    /// Tells if it may vouch for others.
    pub is_authority: bool,
    pub has_alternative_names: bool,
    /// Tells if it asks for something that is not looked at here.
    pub demands_more: bool,
}

#[derive(Clone, Copy)]
pub struct PublicKey<'a> {
    algorithm: &'a [u8],
    bits: &'a [u8],
}

impl<'a> Certificate<'a> {
    pub fn read(der: &'a [u8]) -> Option<Self> {
        let mut certificate = Reader::new(Reader::new(der).expect(SEQUENCE)?.content);
        let signed = certificate.expect(SEQUENCE)?;
        let signature_algorithm = certificate.expect(SEQUENCE)?.content;
        let signature = bits(certificate.expect(BIT_STRING)?)?;
        let mut parts = Reader::new(signed.content);
        let version = parts.optional(VERSION);
        parts.expect(INTEGER)?;
        parts.expect(SEQUENCE)?;
        let issuer = parts.expect(SEQUENCE)?.content;
        let mut validity = Reader::new(parts.expect(SEQUENCE)?.content);
        let subject = parts.expect(SEQUENCE)?.content;
        let key = PublicKey::read(parts.expect(SEQUENCE)?.content)?;
        let mut certificate = Self {
            signed: signed.whole,
            signature_algorithm,
            signature,
            issuer,
            subject,
            from: seconds(validity.take()?)?,
            until: seconds(validity.take()?)?,
            key,
            is_version_1: version.is_none(),
            is_authority: false,
            has_alternative_names: false,
            demands_more: false,
        };
        while let Some(part) = parts.take() {
            if part.tag == EXTENSIONS {
                let mut extensions =
                    Reader::new(Reader::new(part.content).expect(SEQUENCE)?.content);
                while let Some(extension) = extensions.take() {
                    certificate.extend(extension.content)?;
                }
            }
        }
        Some(certificate)
    }

    fn extend(&mut self, extension: &[u8]) -> Option<()> {
        let mut parts = Reader::new(extension);
        let id = parts.expect(OBJECT_ID)?.content;
        let critical = parts
            .optional(BOOLEAN)
            .is_some_and(|flag| flag.content != [0]);
        let value = parts.expect(OCTET_STRING)?.content;
        match id {
            BASIC_CONSTRAINTS => {
                let mut constraints = Reader::new(Reader::new(value).expect(SEQUENCE)?.content);
                let flag = constraints.optional(BOOLEAN);
                self.is_authority = flag.is_some_and(|flag| flag.content != [0]);
            }
            ALTERNATIVE_NAMES => self.has_alternative_names = true,
            KEY_USAGE => {}
            _ => self.demands_more |= critical,
        }
        Some(())
    }

    pub fn is_valid_at(&self, now: UnixTime) -> bool {
        let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        self.from <= now && now <= self.until
    }

    pub fn is_signed_by(
        &self,
        issuer: &Certificate<'_>,
        known: &WebPkiSupportedAlgorithms,
    ) -> bool {
        let suits = |algorithm: &&&dyn rustls::pki_types::SignatureVerificationAlgorithm| {
            *algorithm.signature_alg_id() == *self.signature_algorithm
        };
        self.issuer == issuer.subject
            && known
                .all
                .iter()
                .filter(suits)
                .any(|algorithm| issuer.key.signed(*algorithm, self.signed, self.signature))
    }

    pub fn key(&self) -> PublicKey<'a> {
        self.key
    }

    /// The common names, which identified servers before there were alternative names.
    pub fn common_names(&self) -> Vec<&'a str> {
        let mut names = Vec::new();
        let mut sets = Reader::new(self.subject);
        while let Some(set) = sets.expect(SET) {
            let mut pairs = Reader::new(set.content);
            while let Some(pair) = pairs.expect(SEQUENCE) {
                let mut pair = Reader::new(pair.content);
                let (Some(id), Some(name)) = (pair.expect(OBJECT_ID), pair.take()) else {
                    continue;
                };
                if id.content == COMMON_NAME {
                    names.extend(std::str::from_utf8(name.content));
                }
            }
        }
        names
    }
}

impl<'a> PublicKey<'a> {
    fn read(info: &'a [u8]) -> Option<Self> {
        let mut info = Reader::new(info);
        Some(Self {
            algorithm: info.expect(SEQUENCE)?.content,
            bits: bits(info.expect(BIT_STRING)?)?,
        })
    }

    pub fn signed(
        &self,
        algorithm: &dyn rustls::pki_types::SignatureVerificationAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        *algorithm.public_key_alg_id() == *self.algorithm
            && algorithm
                .verify_signature(self.bits, message, signature)
                .is_ok()
    }
}

/// Whole bytes: the first says how many bits of the last are none.
fn bits(value: Value<'_>) -> Option<&[u8]> {
    let (&unused, bits) = value.content.split_first()?;
    (unused == 0).then_some(bits)
}

fn seconds(time: Value<'_>) -> Option<i64> {
    let text = std::str::from_utf8(time.content).ok()?;
    let text = match time.tag {
        GENERALIZED_TIME => text.to_owned(),
        // Two digits are of 1950 to 2049.
        UTC_TIME if text.get(..2)? < "50" => format!("20{text}"),
        UTC_TIME => format!("19{text}"),
        _ => return None,
    };
    let time = NaiveDateTime::parse_from_str(&text, "%Y%m%d%H%M%SZ").ok()?;
    Some(time.and_utc().timestamp())
}

//! Verifies a server's identity.

use std::{fmt, sync::Arc};

use rustls::{
    CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_name,
    },
    crypto::WebPkiSupportedAlgorithms,
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
};

use super::certificate::Certificate;

/// A longer chain is an attack on the time that it takes.
const LONGEST_CHAIN: usize = 6;

/// `webpki`'s judgement, and `OpenSSL`'s where `webpki` has none: of certificates of version 1, of those that their owner
/// has signed and trusts himself, and of those that have a name but no alternative names.
pub struct Verifier {
    /// `None` where anybody will do.
    pub(super) chains: Option<Chains>,
    pub(super) algorithms: WebPkiSupportedAlgorithms,
}

pub(super) struct Chains {
    pub webpki: Arc<WebPkiServerVerifier>,
    /// The authorities that the operator has installed, unparsed.
    pub own: Arc<[CertificateDer<'static>]>,
    /// Tells if the server's name has to be in its certificate.
    pub names: bool,
    /// Certificates that were taken back are looked for by `webpki` alone.
    pub revocations: bool,
}

impl Chains {
    fn judge(
        &self,
        algorithms: &WebPkiSupportedAlgorithms,
        presented: &Presented<'_>,
    ) -> Result<(), Error> {
        let Presented {
            certificate,
            others,
            server,
            now,
        } = presented;
        let judged = self
            .webpki
            .verify_server_cert(certificate, others, server, &[], *now);
        match judged {
            Ok(_) => return Ok(()),
            Err(error) if is_about_the_name(&error) => {
                if !self.names || is_named(certificate, server) {
                    return Ok(());
                }
                return Err(error);
            }
            Err(error) if is_revoked(&error) || !self.is_vouched_for(algorithms, presented) => {
                return Err(error);
            }
            Err(_) if self.revocations => return Err(NotLookedUp.into()),
            Err(_) => {}
        }
        if !self.names || is_named(certificate, server) {
            return Ok(());
        }
        let names = Certificate::read(certificate);
        let names = names.map(|certificate| certificate.common_names());
        Err(CertificateError::NotValidForNameContext {
            expected: ServerName::to_owned(server),
            presented: names
                .unwrap_or_default()
                .into_iter()
                .map(str::to_owned)
                .collect(),
        }
        .into())
    }

    fn is_vouched_for(
        &self,
        algorithms: &WebPkiSupportedAlgorithms,
        presented: &Presented<'_>,
    ) -> bool {
        let Some(first) = Certificate::read(presented.certificate) else {
            return false;
        };
        if !first.is_valid_at(presented.now) {
            return false;
        }
        if self.own.iter().any(|own| own == presented.certificate) {
            return true;
        }
        // All others are `webpki`'s to judge.
        if !first.is_version_1 {
            return false;
        }
        let own: Vec<_> = self
            .own
            .iter()
            .filter_map(|der| Certificate::read(der))
            .collect();
        let others: Vec<_> = presented
            .others
            .iter()
            .filter_map(|der| Certificate::read(der))
            .collect();
        let mut current = &first;
        for _ in 0..LONGEST_CHAIN {
            if own
                .iter()
                .any(|root| current.is_signed_by(root, algorithms))
            {
                return true;
            }
            let next = others.iter().find(|other| {
                other.is_authority
                    && !other.demands_more
                    && other.is_valid_at(presented.now)
                    && current.is_signed_by(other, algorithms)
            });
            let Some(next) = next else { return false };
            current = next;
        }
        false
    }
}

fn is_about_the_name(error: &Error) -> bool {
    matches!(
        error,
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        )
    )
}

fn is_revoked(error: &Error) -> bool {
    matches!(error, Error::InvalidCertificate(CertificateError::Revoked))
}

/// A certificate that is `OpenSSL`'s to judge, where lists of revoked ones are to be looked through, which `webpki` does.
#[derive(Debug, thiserror::Error)]
#[error(
    "it is of version 1 or vouches for itself, so that the list in sslcrl (or ~/.postgresql/root.crl) cannot be looked \
     through for it; let it be one of version 3 that an authority has signed, or leave the list out"
)]
pub struct NotLookedUp;

impl From<NotLookedUp> for Error {
    fn from(why: NotLookedUp) -> Self {
        CertificateError::Other(OtherError(Arc::new(why))).into()
    }
}

struct Presented<'a> {
    certificate: &'a CertificateDer<'a>,
    others: &'a [CertificateDer<'a>],
    server: &'a ServerName<'a>,
    now: UnixTime,
}

fn is_named(der: &CertificateDer<'_>, server: &ServerName<'_>) -> bool {
    let by_alternative_name = ParsedCertificate::try_from(der)
        .is_ok_and(|parsed| verify_server_name(&parsed, server).is_ok());
    if by_alternative_name {
        return true;
    }
    let Some(certificate) = Certificate::read(der) else {
        return false;
    };
    !certificate.has_alternative_names
        && certificate
            .common_names()
            .iter()
            .any(|name| is_name_of(name, &server.to_str()))
}

/// A `*` matches exactly one label, the first.
fn is_name_of(name: &str, server: &str) -> bool {
    match name.strip_prefix("*.") {
        Some(domain) => server.split_once('.').is_some_and(|(label, rest)| {
            !label.is_empty() && rest.contains('.') && rest.eq_ignore_ascii_case(domain)
        }),
        None => name.eq_ignore_ascii_case(server),
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(chains) = &self.chains {
            let presented = Presented {
                certificate: end_entity,
                others: intermediates,
                server: server_name,
                now,
            };
            chains.judge(&self.algorithms, &presented)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.has_key(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.has_key(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

impl Verifier {
    /// Verifies that the server has the certificate's private key; rustls' own check reads only version 3.
    fn has_key(
        &self,
        message: &[u8],
        der: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let certificate = Certificate::read(der)
            .ok_or(Error::InvalidCertificate(CertificateError::BadEncoding))?;
        let scheme = self.algorithms.mapping.iter();
        let algorithms = scheme
            .filter(|(scheme, _)| *scheme == signed.scheme)
            .flat_map(|(_, algorithms)| algorithms.iter());
        let key = certificate.key();
        let mut fits =
            algorithms.filter(|algorithm| key.signed(**algorithm, message, signed.signature()));
        match fits.next() {
            Some(_) => Ok(HandshakeSignatureValid::assertion()),
            None => Err(CertificateError::BadSignature.into()),
        }
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier")
    }
}

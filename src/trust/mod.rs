//! The trusted certificate authorities, of the machine or from a file, and the verification of a server's certificate.

mod certificate;
mod der;
mod verifier;

use std::{
    error::Error,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, bail, ensure};
use rustls::{
    CertificateError, ClientConfig, RootCertStore,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier},
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, CertificateRevocationListDer, pem::PemObject},
};

use self::verifier::{Chains, NotLookedUp, Verifier};

/// The machine's certificates, if they are not in the usual place; `OpenSSL` reads the same variable.
const FILE: &str = "SSL_CERT_FILE";
const FOLDER: &str = "SSL_CERT_DIR";

/// Certificates of authorities.
#[derive(Clone)]
pub struct Trust {
    roots: Arc<RootCertStore>,
    /// The authorities besides Mozilla's, as found in their files.
    own: Arc<[CertificateDer<'static>]>,
}

impl Trust {
    /// Mozilla's, which come with the program, and the machine's.
    pub fn of_the_machine() -> anyhow::Result<Self> {
        let named = |name| std::env::var_os(name).filter(|path| !path.is_empty());
        Self::of_the_machine_at(
            named(FILE).map(PathBuf::from).as_deref(),
            named(FOLDER).map(PathBuf::from).as_deref(),
        )
    }

    /// The same, with the values of the two variables.
    pub fn of_the_machine_at(file: Option<&Path>, folder: Option<&Path>) -> anyhow::Result<Self> {
        let own = if file.is_none() && folder.is_none() {
            // A machine without certificates, or with some that cannot be read, has Mozilla's all the same.
            rustls_native_certs::load_native_certs().certs
        } else {
            let mut own = Vec::new();
            if let Some(file) = file {
                own.extend(
                    certificates(file).with_context(|| format!("{FILE}={}", file.display()))?,
                );
            }
            if let Some(folder) = folder {
                let place = || format!("{FOLDER}={}", folder.display());
                fs::read_dir(folder).with_context(place)?;
                own.extend(rustls_native_certs::load_certs_from_paths(None, Some(folder)).certs);
            }
            own
        };
        let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        Ok(Self::new(roots, own))
    }

    /// Only the authorities in one file.
    pub fn of_file(file: &Path) -> anyhow::Result<Self> {
        Ok(Self::new(RootCertStore::empty(), certificates(file)?))
    }

    fn new(mut roots: RootCertStore, own: Vec<CertificateDer<'static>>) -> Self {
        roots.add_parsable_certificates(own.iter().cloned());
        Self {
            roots: roots.into(),
            own: own.into(),
        }
    }

    /// For HTTPS: the server's name has to be in its certificate.
    pub fn client(&self) -> anyhow::Result<ClientConfig> {
        Ok(client(self.verifier(true, Vec::new())?)?.with_no_client_auth())
    }

    /// Judges a server's certificate, and its name if `names`. `revoked` lists certificates that were taken back.
    pub fn verifier(
        &self,
        names: bool,
        revoked: Vec<CertificateRevocationListDer<'static>>,
    ) -> anyhow::Result<Arc<dyn ServerCertVerifier>> {
        ensure!(
            !self.roots.is_empty(),
            "there is no certificate in it that can be used"
        );
        let revocations = !revoked.is_empty();
        let webpki =
            WebPkiServerVerifier::builder_with_provider(Arc::clone(&self.roots), provider())
                .with_crls(revoked)
                // Like `OpenSSL`, which checks only the last certificate by default.
                .only_check_end_entity_revocation()
                .build()
                .context(
                    "sslcrl: only lists of version 2, with a number, can be read; such are made by openssl ca -gencrl \
                     where its configuration has crlnumber and crl_extensions",
                )?;
        Ok(Arc::new(Verifier {
            chains: Some(Chains {
                webpki,
                own: Arc::clone(&self.own),
                names,
                revocations,
            }),
            algorithms: provider().signature_verification_algorithms,
        }))
    }
}

/// The problem with a certificate, as a clause.
pub fn words(refusal: &CertificateError) -> String {
    match refusal {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "it has expired".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet".to_owned()
        }
        CertificateError::Revoked => "it was revoked".to_owned(),
        CertificateError::NotValidForNameContext { .. } => refusal.to_string(),
        CertificateError::NotValidForName => "it is not valid for the server's name".to_owned(),
        CertificateError::UnknownRevocationStatus => {
            "no list in sslcrl is of its authority".to_owned()
        }
        CertificateError::Other(other) if other.0.is::<NotLookedUp>() => other.to_string(),
        // Those of version 1, and those that vouch for themselves, are of an authority too where they are to be trusted.
        CertificateError::UnknownIssuer | CertificateError::Other(_) => {
            "no authority that is trusted here has signed it".to_owned()
        }
        other => format!("{other:?}"),
    }
}

/// The problem with a server's certificate, if the error is about one.
pub fn refusal<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a CertificateError> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(rustls::Error::InvalidCertificate(refusal)) = error.downcast_ref() {
            return Some(refusal);
        }
        let within = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        next = match within {
            Some(within) => Some(within),
            None => error.source(),
        };
    }
    None
}

/// Takes any certificate; the server must still have its key.
pub fn anybody() -> Arc<dyn ServerCertVerifier> {
    Arc::new(Verifier {
        chains: None,
        algorithms: provider().signature_verification_algorithms,
    })
}

/// The start of a client configuration with this verification.
pub fn client(
    verifier: Arc<dyn ServerCertVerifier>,
) -> anyhow::Result<rustls::ConfigBuilder<ClientConfig, rustls::client::WantsClientCert>> {
    Ok(ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier))
}

pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn certificates(file: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let pem = fs::read(file).context("the file cannot be read")?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let Ok(found) = found else {
        bail!("the file holds no certificates in PEM form");
    };
    ensure!(!found.is_empty(), "there is no certificate in the file");
    Ok(found)
}

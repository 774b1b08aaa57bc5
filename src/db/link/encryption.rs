//! TLS as libpq does it.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, bail, ensure};
use rustls::{
    ClientConfig, SignatureScheme,
    client::ResolvesClientCert,
    pki_types::{
        CertificateDer, CertificateRevocationListDer, PrivateKeyDer, ServerName, pem::PemObject,
    },
    sign::CertifiedKey,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_rustls::TlsConnector;

use super::server_error::{ServerError, UNREACHED};
use crate::{
    db::url::{PostgresHost, PostgresTls, SslMode},
    trust::{self, Trust},
};

/// Asks for TLS: the length of the message, and its number.
const REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
/// In the home folder, where libpq looks for files that the address does not name.
const FOLDER: &str = ".postgresql";

pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    Plain,
    /// Encrypted if the server can, plain otherwise.
    Offered,
    Encrypted,
}

/// The encryption attempts, in order.
pub fn attempts(mode: SslMode, host: &PostgresHost) -> &'static [Attempt] {
    if host.socket().is_some() {
        return &[Attempt::Plain];
    }
    match mode {
        SslMode::Disable => &[Attempt::Plain],
        SslMode::Allow => &[Attempt::Plain, Attempt::Encrypted],
        SslMode::Prefer => &[Attempt::Offered, Attempt::Plain],
        SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => &[Attempt::Encrypted],
    }
}

/// Speaks TLS from here if that is the attempt and the server can.
pub async fn encrypt(
    mut stream: Box<dyn Stream>,
    attempt: Attempt,
    host: &PostgresHost,
    tls: &PostgresTls,
) -> Result<Box<dyn Stream>, ServerError> {
    if attempt == Attempt::Plain {
        return Ok(stream);
    }
    let broken = |_| ServerError::new(UNREACHED, format!("{host} ended the connection"));
    stream.write_all(&REQUEST).await.map_err(broken)?;
    let mut answer = [0];
    stream.read_exact(&mut answer).await.map_err(broken)?;
    match answer {
        [b'S'] => {}
        [b'N'] if attempt == Attempt::Offered => return Ok(stream),
        [b'N'] => {
            return Err(ServerError::new(
                UNREACHED,
                format!(
                    "{host} does not encrypt, and sslmode={} asks for it",
                    tls.mode.name()
                ),
            ));
        }
        _ => {
            return Err(ServerError::new(
                UNREACHED,
                format!("what answers at {host} does not speak PostgreSQL's protocol"),
            ));
        }
    }
    // Read for each connection, because certificates are replaced while programs run.
    let config = config(tls).map_err(|error| ServerError::new(UNREACHED, format!("{error:#}")))?;
    let connector = TlsConnector::from(Arc::new(config));
    match connector.connect(server_name(host), stream).await {
        Ok(stream) => Ok(Box::new(stream)),
        Err(error) => Err(ServerError::new(UNREACHED, failed(host, &error))),
    }
}

fn failed(host: &PostgresHost, error: &io::Error) -> String {
    match trust::refusal(error) {
        Some(refusal) => format!(
            "the certificate of {host} is not accepted: {}; sslrootcert has to hold its authority's, and under verify-full \
             the address has to name the host as the certificate does",
            trust::words(refusal)
        ),
        None => format!("TLS with {host} failed: {error}"),
    }
}

/// The server's name for SNI, and the one that its certificate must have under `verify-full`.
fn server_name(host: &PostgresHost) -> ServerName<'static> {
    let named = ServerName::try_from(host.name.clone()).ok();
    let by_address = host
        .address
        .map(|address| ServerName::IpAddress(address.into()));
    // A name that no certificate can contain is not sent.
    let nobody = ServerName::IpAddress(std::net::Ipv4Addr::UNSPECIFIED.into());
    named.or(by_address).unwrap_or(nobody)
}

fn config(tls: &PostgresTls) -> anyhow::Result<ClientConfig> {
    let must_verify = matches!(tls.mode, SslMode::VerifyCa | SslMode::VerifyFull);
    let from_system = tls.root_cert.as_deref() == Some(Path::new("system"));
    let root_cert = tls.root_cert.clone().or_else(|| usual("root.crt"));
    let trust = match &root_cert {
        _ if from_system => {
            // Anybody may have a certificate from one of those; only the name tells whose it is.
            ensure!(
                matches!(tls.mode, SslMode::VerifyFull | SslMode::Prefer),
                "sslrootcert=system needs sslmode=verify-full"
            );
            Some(Trust::of_the_machine()?)
        }
        Some(file) => {
            Some(Trust::of_file(file).with_context(|| format!("sslrootcert={}", file.display()))?)
        }
        None if must_verify => bail!(
            "sslmode={} needs the certificate of the server's authority: name its file in sslrootcert, or put it to \
             ~/{FOLDER}/root.crt",
            tls.mode.name()
        ),
        None => None,
    };
    let verifier = match trust {
        Some(trust) => trust.verifier(
            from_system || tls.mode == SslMode::VerifyFull,
            revoked(tls)?,
        )?,
        None => trust::anybody(),
    };
    let client = trust::client(verifier)?;
    Ok(match identity(tls)? {
        Some(identity) => client.with_client_cert_resolver(Arc::new(identity)),
        None => client.with_no_client_auth(),
    })
}

/// A file of that name where libpq looks for it, if there is one.
fn usual(name: &str) -> Option<PathBuf> {
    let file = PathBuf::from(std::env::var_os("HOME")?)
        .join(FOLDER)
        .join(name);
    file.exists().then_some(file)
}

fn revoked(tls: &PostgresTls) -> anyhow::Result<Vec<CertificateRevocationListDer<'static>>> {
    let Some(file) = tls.crl.clone().or_else(|| usual("root.crl")) else {
        return Ok(Vec::new());
    };
    let place = || format!("sslcrl={}", file.display());
    let pem = fs::read(&file).with_context(place)?;
    let lists: Result<Vec<_>, _> = CertificateRevocationListDer::pem_slice_iter(&pem).collect();
    let lists = lists.ok().filter(|lists| !lists.is_empty());
    lists
        .context("there is no list of revoked certificates in PEM form in the file")
        .with_context(place)
}

/// Shown to a server that asks who this is. Of whichever version the certificate: the server judges it.
#[derive(Debug)]
struct Identity(Arc<CertifiedKey>);

impl ResolvesClientCert for Identity {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

fn identity(tls: &PostgresTls) -> anyhow::Result<Option<Identity>> {
    let Some(cert) = tls.cert.clone().or_else(|| usual("postgresql.crt")) else {
        return Ok(None);
    };
    let key = tls.key.clone().or_else(|| usual("postgresql.key"));
    let key = key.context("there is a certificate in sslcert, and no key in sslkey")?;
    let place = || format!("sslcert={}", cert.display());
    let pem = fs::read(&cert).with_context(place)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let chain = chain
        .context("the file holds no certificates in PEM form")
        .with_context(place)?;
    let key = private_key(&key).with_context(|| format!("sslkey={}", key.display()))?;
    let key = trust::provider().key_provider.load_private_key(key)?;
    Ok(Some(Identity(Arc::new(CertifiedKey::new(chain, key)))))
}

fn private_key(file: &Path) -> anyhow::Result<PrivateKeyDer<'static>> {
    let meta = fs::metadata(file)?;
    // As libpq: root may give a group a look at its own.
    let forbidden = if meta.uid() == 0 { 0o037 } else { 0o077 };
    ensure!(
        meta.mode() & forbidden == 0,
        "others may read the key; take that from them: chmod 600"
    );
    let pem = fs::read_to_string(file)?;
    ensure!(
        !pem.contains("ENCRYPTED"),
        "the key is encrypted, which this program cannot read; write it without a password: openssl pkey -in … -out …"
    );
    PrivateKeyDer::from_pem_slice(pem.as_bytes())
        .map_err(|_| anyhow::anyhow!("the file holds no key in PEM form"))
}

"""Electronic signatures on papers: PAdES baseline B-B, ECDSA on P-256, one incremental update per signer.

    base       what a signer is; where the signers of this node come from
    authority  the demonstration authority: root, issuing CA, certificates of leaders and agencies
    local      signers whose keys the demonstration authority keeps on this machine
    pades      applies signatures to a PDF
    examine    says, in a process of its own, what the signatures of a file are worth

Whoever has poppler and NSS checks a demonstration paper without this program; its exit
status says nothing, its words do ("Signature is Valid", "Certificate is Trusted"):

    certutil -N -d nss --empty-password
    certutil -A -d nss -n dinh-demo -t "CT,C,C" -i "$DINH_HOME/keys/demo-ca/root.pem"
    pdfsig -nssdir nss paper.pdf

A document timestamp needs a time-stamping service that this house does not have
yet, so the level is B-B; a later update can raise it without touching what is signed.
"""

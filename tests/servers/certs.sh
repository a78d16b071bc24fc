# shellcheck shell=bash
# Certificates for the test servers, made anew at every start. Source it and work in a directory of their own.
#
# By `openssl ca`, because in OpenSSL 3.0 it alone signs with a start and an end that one may choose.

# A date as certificates write it, from words that date(1) knows: "now", "+61 days", "-3 days".
cert_date() {
    date -u -d "$1" +%Y%m%d%H%M%SZ
}

# cert_new NAME ISSUER SUBJECT EXTENSIONS [START [END]]: NAME.key and NAME.pem, signed by ISSUER (itself: NAME).
# EXTENSIONS are those of `openssl req -addext`, one a line.
cert_new() {
    local name=$1 issuer=$2 subject=$3 line
    local -a extensions=() signer=(-cert "$issuer.pem" -keyfile "$issuer.key")
    while IFS= read -r line; do
        [[ -z $line ]] || extensions+=(-addext "$line")
    done <<<"$4"
    [[ $issuer != "$name" ]] || signer=(-selfsign -keyfile "$name.key")

    [[ -e ca.conf ]] || cert_conf >ca.conf
    : >index.txt
    {
        openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$subject" \
            -keyout "$name.key" -out "$name.csr" "${extensions[@]}" &&
            openssl ca -batch -config ca.conf -notext "${signer[@]}" -in "$name.csr" -out "$name.pem" \
                -startdate "$(cert_date "${5:-now}")" -enddate "$(cert_date "${6:-+61 days}")"
    } >>openssl.log 2>&1
}

# cert_ca NAME ISSUER SUBJECT: a certificate that may sign others.
cert_ca() {
    cert_new "$1" "$2" "$3" $'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign' \
        '-1 day' '+3650 days'
}

cert_conf() {
    cat <<'CONF'
[ca]
default_ca = test
[test]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
x509_extensions = keys
[any]
commonName = supplied
[keys]
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
CONF
}

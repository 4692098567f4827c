"""What each way of using a column does to personal data in it. Pure, and the only place that says so.

Where the law and the practice give a rule, it is named:

- GDPR, recital 26: data is personal as long as a person can be singled out "by means reasonably likely to be used";
  pseudonyms are, figures about many are not.
- GDPR, article 4(5): what somebody with further information (a key, a table of tokens) can lead back is a pseudonym.
- ENISA, "Pseudonymisation techniques and best practices" (2019), 5.1: a hash without a key is found again by hashing all
  e-mail addresses, phone numbers or ids there are; a keyed one (HMAC) is not, unless the key gets lost.
- Article 29 Working Party, opinion 05/2014 on anonymisation: sums and counts over groups keep no single person; a
  shortened or coarser value (a year of birth, half a postal code) still helps to single one out.
- OpenLineage's column lineage facet has ``masking`` for a transformation that hides its input, set by its Spark agent for
  plain hashes and for counts alike: what is left of the one is a pseudonym, and of the other a figure, as without the mark.
"""

from __future__ import annotations

from enum import IntEnum


class Masking(IntEnum):
    """How much of a value is hidden on its way; of several ways the least hidden one counts."""

    UNKNOWN = 0  # nobody said: the kind of use alone decides
    NONE = 1
    PSEUDONYM = 2  # still about one person, found again by who tries all values or has the key
    FULL = 3


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# ── functions (lower case, as any dialect writes them) ───────────────────────────────────────────────────────────────

# One value per person comes out again as a fixed word for it: recital 26 and ENISA 5.1. Encryption: article 4(5).
PSEUDONYMS = _words(
    "md5 md5_digest md5_hex md5_binary md5_number md5_number_lower64 md5_number_upper64 sha sha1 sha1_digest sha1_hex"
    " sha1_binary sha2 sha2_digest sha2_hex sha2_binary sha224 sha256 sha384 sha512 sha3 hash hashbytes hash_md5 hash_sha256"
    " hashtext hashtextextended digest standard_hash ora_hash crc32 crc64 xxhash32 xxhash64 xxh3_64 murmur_hash murmurhash3_32"
    " cityhash64 siphash64 farm_fingerprint farmhash64 ripemd160 whirlpool checksum binary_checksum fnv_hash"
    " encrypt encrypt_raw aes_encrypt pgp_sym_encrypt pgp_pub_encrypt det_encrypt"
)

# The same with a key that is not in the data: ENISA 5.1. A plain hash of a value with a salt beside it counts as one, too.
KEYED = _words("hmac hmac_md5 hmac_sha1 hmac_sha256 hmac_sha512 siphash64_keyed siphash24 siphash_keyed")
SALT_WORDS = ("salt", "pepper", "secret", "hash_key", "hmac_key")
SALT_LENGTH = 8  # a text as long as this that is glued to the value is a salt; shorter ones are separators

# What is left says how much or whether there is something, not what.
MEASURES = _words(
    "length len char_length character_length octet_length byte_length bit_length lengthb array_length array_size"
    " cardinality"
)

# Aggregates that hand out values of single rows; every other aggregate is a figure about many: opinion 05/2014.
AGGREGATES_THAT_KEEP = _words(
    "min max any_value arbitrary first last first_value last_value nth_value arg_min arg_max argmin argmax min_by max_by"
    " mode percentile_disc array_agg array_concat_agg array_unique_agg array_union_agg string_agg listagg group_concat"
    " wm_concat collect_list collect_set collect json_agg jsonb_agg json_arrayagg json_array_agg json_object_agg"
    " jsonb_object_agg json_objectagg object_agg map_agg xmlagg approx_top_k approx_top_count topk histogram"
    " grouparray groupuniqarray"
)


def of_function(name: str) -> Masking:
    """Of a function that is no aggregate. What nobody knows keeps the value: it is safer to ask a steward.

    >>> of_function("SHA256").name, of_function("hmac").name, of_function("upper").name, of_function("length").name
    ('PSEUDONYM', 'FULL', 'NONE', 'FULL')
    """
    low = name.lower()
    if low in KEYED or low in MEASURES:
        return Masking.FULL
    return Masking.PSEUDONYM if low in PSEUDONYMS else Masking.NONE


def of_aggregate(name: str) -> Masking:
    """
    >>> of_aggregate("max").name, of_aggregate("sum").name
    ('NONE', 'FULL')
    """
    return Masking.NONE if name.lower() in AGGREGATES_THAT_KEEP else Masking.FULL


# ── kinds of use (the words of OpenLineage) ──────────────────────────────────────────────────────────────────────────

# Whether the value gets through where nobody said how much of it is hidden. What only decides (a condition, a join, an
# order) is told of in other values, but they do not carry it.
KEEPS = {
    "identity": True,
    "transformation": True,  # a part, a coarser date, a cast: opinion 05/2014
    "aggregation": False,
    "conditional": False,
    "window": False,
    "order_by": False,
    "group_by": False,
    "join": False,
    "filter": False,
    "unknown": True,
}
DIRECT = frozenset({"identity", "transformation", "aggregation", "unknown"})


def passes(use: str, masking: Masking) -> bool:
    """Whether a column that is made in this way is personal because its origin is.

    >>> passes("aggregation", Masking.UNKNOWN), passes("aggregation", Masking.NONE), passes("identity", Masking.FULL)
    (False, True, False)
    >>> passes("transformation", Masking.PSEUDONYM), passes("filter", Masking.NONE)
    (True, False)
    """
    if use not in DIRECT:
        return False
    return KEEPS[use] if masking is Masking.UNKNOWN else masking is not Masking.FULL

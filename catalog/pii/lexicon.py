"""The words by which columns of personal data are called, in the languages that warehouses are written in. Pure data.

Phrases stand in lower case without accents, singular; a column's name is brought into the same form (``tokens``).
"""

from __future__ import annotations


def _phrases(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(phrase.split()) for phrase in text.replace("\n", " ").split(",") if phrase.strip())


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Say what they are by themselves, wherever they stand
CLEAR = {
    "email": _phrases(
        """email, e mail, mail, email address, email addr, email adresse, mail address, email id, correo, correo electronico,
        courriel, adresse mail, adresse email, posta elettronica, indirizzo email, emailadres, e post, eposta, email adress"""
    ),
    "phone": _phrases(
        """phone, phone number, phone num, phone no, phone nr, telephone, telephone number, tel, tel no, tel nr, telefon,
        telefonnummer, telefono, telefone, numero telefono, numero telephone, numero de telephone, numero telefone,
        telefoonnummer, mobile number, mobile no, mobile phone, cell phone, cell number, cellphone, cellulare, celular,
        telephone portable, handy, handynummer, mobilnummer, mobiltelefon, mobiel, gsm, fax, fax number, msisdn, nr telefonu,
        numer telefonu, contact number, whatsapp, whatsapp number"""
    ),
    "name": _phrases(
        """first name, last name, full name, middle name, given name, family name, maiden name, sur name, surname, forename,
        first nm, last nm, full nm, fname, lname, mname, firstname, lastname, middle initial, name suffix, name prefix,
        vorname, nachname, familienname, geburtsname, prenom, nom de famille, nom complet, apellido, primer apellido,
        segundo apellido, nombre completo, nome completo, sobrenome, cognome, voornaam, achternaam, imie, nazwisko, fornavn,
        etternavn, efternamn, fornamn, cardholder name, card holder name, name on card"""
    ),
    "address": _phrases(
        """street address, address line, street name, street line, home address, postal address, mailing address, mailing street,
        house number, house no, strasse, hausnummer, postanschrift, anschrift, rue, direccion, domicilio,
        endereco, indirizzo, huisnummer, straat, woonplaats, wohnort, adres, adresse postale, numero civico, rua, ulica"""
    ),
    "birth_date": _phrases(
        """birth date, date of birth, birth day, birthday, birthdate, dob, birth dt, birth year, year of birth, birth month,
        day of birth, geburtsdatum, geburtstag, fecha nacimiento, fecha de nacimiento, date naissance, date de naissance,
        data nascimento, data de nascimento, data nascita, data di nascita, geboortedatum, data urodzenia, fodselsdato,
        fodelsedatum, death date, date of death"""
    ),
    "gender": _phrases("gender, gender code, geschlecht, geslacht, sesso, gender identity"),
    "marital_status": _phrases("marital status, civil status, familienstand, estado civil, stato civile"),
    "nationality": _phrases("nationality, citizenship, nationalitaet, staatsangehoerigkeit, nationalite, nacionalidad"),
    "username": _phrases("username, user name, login name, user login, login id, twitter handle, instagram handle"),
    "ip_address": _phrases(
        """ip address, ip addr, ipaddress, ipaddr, client ip, remote ip, remote addr, user ip, login ip, requester ip, visitor ip,
        ipv4, ipv6"""
    ),
    "device_id": _phrases(
        """device id, imei, imei nr, imei number, imsi, idfa, idfv, gaid, aaid, advertising id, mac address, mac addr,
        anonymous id, cookie id, visitor id, browser fingerprint, device fingerprint, user agent, useragent, push token,
        device token, license plate, licence plate, number plate, kennzeichen, vin"""
    ),
    "national_id": _phrases(
        """ssn, social security number, social security no, social insurance number, national id, national id number,
        national id no, national identifier, national insurance number, nino, passport, passport number,
        passport no, passport nr, tax id, tax identification number, itin, steuer id, steuernummer,
        sozialversicherungsnummer, personalausweis, ausweisnummer, dni, nie, nif, curp, cpf, pesel, bsn, personnummer,
        personnumber, codice fiscale, nhs number, aadhaar, aadhaar number, drivers license, drivers license number,
        driver license, driver license number, driving licence, driving licence number, id card number, identity card"""
    ),
    "iban": _phrases(
        """iban, iban no, iban number, iban code, bank iban, bank account, bank account number, bank account no, bank acct,
        bank acct no, account iban, kontonummer, numero cuenta, rib"""
    ),
    "credit_card": _phrases(
        """card number, card no, card num, credit card number, credit card no, credit card num, cc number, cc num, ccnum,
        cvv, cvc, cvv code, card last four, card last digit, last four digit, card pan, kartennummer"""
    ),
    "salary": _phrases(
        """salary, base salary, wage, hourly wage, net pay, gross pay, annual compensation, compensation, annual income,
        gross income, household income, income, gehalt, lohn, salaire, salario, stipendio, salaris"""
    ),
    "password": _phrases(
        """password, passwd, pwd, password hash, password salt, passwort, mot de passe, contrasena, senha, wachtwoord, haslo,
        pin code"""
    ),
    "ethnicity": _phrases("ethnicity, ethnic group, ethnic origin, ethnie, etnia, ethnic background"),
    "religion": _phrases("religion, religious affiliation, konfession, religione"),
    "sexuality": _phrases("sexual orientation, sexuality"),
    "health": _phrases(
        """medical record number, mrn, blood type, blood group, diagnosis, medical condition, medical history, disability,
        allergy, medication list, hiv status, blood pressure, krankheit, diagnose"""
    ),
    "biometric": _phrases(
        "face embedding, voice print, voiceprint, fingerprint template, retina scan, iris scan, dna sequence"
    ),
}

# Are personal where the table, or the word before, speaks of people
OF_PEOPLE = {
    "name": _phrases("name, nm, nombre, nom, nome, naam, imie i nazwisko, title and name, suffix"),
    "address": _phrases(
        """address, addr, city, town, zip, zip code, zipcode, postcode, post code, postal code, street, county, plz, ort, stadt,
        postleitzahl, adresse, ville, code postal, ciudad, codigo postal, calle, citta, cap, cep, cidade, kod pocztowy,
        miasto, plaats"""
    ),
    "phone": _phrases("mobile, cell, handset number"),
    "birth_date": _phrases("age, alter, edad"),
    "gender": _phrases("sex, sexo, sexe, genero"),
    "ethnicity": _phrases("race"),
    "nationality": _phrases("country of birth, birth country"),
    "username": _phrases("login, handle, nickname, nick, screen name, alias"),
    "location": _phrases(
        "latitude, longitude, lat, lon, lng, long, gps, gps lat, gps lng, coordinates, geolocation, spatial location, whereabouts"
    ),
    "ip_address": _phrases("ip"),
    "device_id": _phrases("fingerprint, ua, mac"),
    "credit_card": _phrases("credit card, pan"),
    "iban": _phrases("account number, account no, acct no"),
    "national_id": _phrases("tin"),
    "salary": _phrases("pay, bonus, rate of pay, hourly rate"),
    "health": _phrases("weight, height, bmi, smoker, pregnant, condition, medication, symptom"),
    "religion": _phrases("faith, denomination"),
    "email": _phrases("contact"),
}

PEOPLE = _words(
    """
    account_holder agent applicant approver assistant attendee author beneficiary billing bill borrower buyer
    candidate cardholder child citizen cliente client clinician colleague committer consumer contact contributor
    creator customer cust debtor dependent dipendente director doctor donor driver empleado emp employee familie
    friend guardian guest gift holder home host_person householder inhabitant insured klant kunde landlord lead
    learner manager medewerker member merchant_contact mitarbeiter nurse occupant operator owner pacjent
    paciente parent passenger patient patron payee payer payroll people person personne personal physician
    player practitioner preparer prospect recipient receiver relative rendering reporter representative
    requester resident reviewer salarie sender shipping ship shopper signatory signer speaker spouse staff
    student subscriber supervisor survivor taxpayer teacher tenant tourist traveler traveller user usuario
    utente victim visitor voter winner worker delivery mailing attending prescribing kin rider taker pupil
    """
)
PEOPLE_PLURALS = {
    "kunden": "kunde",
    "utenti": "utente",
    "klanten": "klant",
    "pacjenci": "pacjent",
    "pazienti": "patient",
    "clienti": "client",
    "people": "people",
    "persons": "person",
    "children": "child",
    "usuarios": "usuario",
    "clientes": "cliente",
    "empleados": "empleado",
    "crm": "contact",
    "hr": "employee",
    "payroll": "payroll",
    "staff": "staff",
}
# Words of languages that put the thing before its owner: ``nombre_cliente``; an ``email_client`` is a program
HEAD_FIRST = _words(
    """
    nombre nom nome correo courriel telefono telefone adresse direccion indirizzo endereco fecha date data numero
    posta apellido cognome cliente utente usuario paciente empleado dipendente salarie personne
    """
)
MACHINES = _words(
    """
    server host node vm container router switch subnet network cluster pod gateway proxy endpoint machine wallet
    contract memory dns loadbalancer firewall instance
    """
)
PLACES = _words(
    """
    store shop warehouse location site branch office hospital facility depot station airport county state region
    territory country venue restaurant hotel property plant clinic school zone district province city practice
    """
)
THINGS = _words(
    """
    product item film movie game brand vendor supplier company organization organisation business legal category
    campaign token book song event race type code sku article department division team group cost center account
    plan tariff bank file table column schema database model template page screen app application package job
    task project repo repository branch domain host service channel currency metric measure test check rule
    field segment coupon promo vehicle car course class subject topic queue stream kpi status stage index tag
    role feature symbol ingredient drug chemical species culture shift territory unit reason method concept fund
    ad word form ward chat
    """
)
# Say nothing of what kind the thing is
NEUTRAL = _words(
    """
    x temp tmp normalized normalised cleaned clean raw src source original orig old new current previous prev
    primary secondary main default preferred display official legal alternate alt other second third work home
    private business office mobile latest last first external internal local full my the customer_facing
    verified confirmed unverified hashed contact personal base login p s t in of de del di du da do la le
    """
)
# Behind the words proper, they change nothing of what it is
TAILS = _words(
    """
    raw clean cleaned normalized normalised norm lower upper text txt str string value val old new orig original
    current prev previous full plain cents cent eur usd gbp chf dollar euro amount month monthly annual yearly
    en iso std primary secondary home work private personal business main alt
    """
)
OBSCURED = _words(
    """
    hash hashed sha sha1 sha256 sha512 md5 masked mask tokenized tokenised encrypted enc crypted redacted
    pseudonymized pseudonymised obfuscated
    """
)
# In front, they make a number or a yes-no of it
COUNTERS = _words(
    """
    is has have was were can should did does do num n cnt count total sum avg average mean median min max pct
    percent share ratio days hours unique distinct any all invalid valid allow enable
    """
)
LAYERS = _words(
    """
    stg staging raw src source dim fact fct int intermediate base mart tmp temp input layer normalized dbt vw
    view tbl tb table seed snapshot snap v hist history data synthetic latest current all demo list set
    """
)
# Common words that only help to part what is written as one word
GLUE = _words(
    """
    id at date time count flag type number status code country region promotion opt out in sent opened verified
    approval modified created entity business national group product sales order line description title change
    rate hire job sick leave vacation salaried frequency start end due ship bill to territory style history
    reviewer credit exp year month postal state province only web url service purchasing active preferred rating
    resume organization current spatial additional info demographics file folder document thumbnail photo
    largephoto
    """
)

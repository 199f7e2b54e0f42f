"""Names in other scripts, each with the Latin form that another agent or channel would write."""

from typing import NamedTuple


class Script(NamedTuple):
    """Given names and surnames as (native, Latin), and the country in which the population has them."""

    name: str
    country: str
    given: tuple[tuple[str, str], ...]
    surnames: tuple[tuple[str, str], ...]


def pairs(words: str) -> tuple[tuple[str, str], ...]:
    """Pairs written as ``native=Latin``, with white space between them."""
    return tuple((native, latin) for native, _, latin in (word.partition("=") for word in words.split()))


SCRIPTS = (
    Script(
        "Cyrillic",
        "DE",
        pairs(
            "Дмитрий=Dmitri Ольга=Olga Сергей=Sergey Наталья=Natalia "
            "Алексей=Alexey Екатерина=Ekaterina Юрий=Yuri Татьяна=Tatiana"
        ),
        pairs(
            "Иванов=Ivanov Петренко=Petrenko Смирнов=Smirnov "
            "Кузнецов=Kuznetsov Шевченко=Shevchenko Попов=Popov Жуков=Zhukov"
        ),
    ),
    Script(
        "Arabic",
        "FR",
        pairs("محمد=Mohammed فاطمة=Fatima أحمد=Ahmed عائشة=Aisha يوسف=Youssef ليلى=Leila خالد=Khaled مريم=Mariam"),
        pairs("الحسن=Al-Hassan العلوي=Alaoui منصور=Mansour حداد=Haddad المصري=El-Masri بنعلي=Benali"),
    ),
    Script(
        "Chinese",
        "US",
        pairs("伟=Wei 芳=Fang 秀英=Xiuying 娜=Na 敏=Min 静=Jing 强=Qiang 磊=Lei 洋=Yang 艳=Yan"),
        pairs("王=Wang 李=Li 张=Zhang 刘=Liu 陈=Chen 杨=Yang 赵=Zhao 黄=Huang"),
    ),
    Script(
        "Japanese",
        "US",
        pairs("太郎=Taro 花子=Hanako 健一=Kenichi 美咲=Misaki 翔太=Shota 陽子=Yoko さくら=Sakura ケンジ=Kenji"),
        pairs("佐藤=Sato 鈴木=Suzuki 高橋=Takahashi 田中=Tanaka 伊藤=Ito 渡辺=Watanabe 山本=Yamamoto"),
    ),
    Script(
        "Greek",
        "DE",
        pairs(
            "Γιώργος=Giorgos Μαρία=Maria Δημήτρης=Dimitris "
            "Ελένη=Eleni Νίκος=Nikos Αικατερίνη=Ekaterini Χρήστος=Christos"
        ),
        pairs(
            "Παπαδόπουλος=Papadopoulos Οικονόμου=Oikonomou Βασιλείου=Vasiliou Γεωργίου=Georgiou Νικολαΐδης=Nikolaidis"
        ),
    ),
    Script(
        "Turkish",
        "DE",
        pairs("Ayşe=Ayse Çağlar=Caglar Gökhan=Goekhan İbrahim=Ibrahim Işıl=Isil Şükrü=Suekrue Özge=Oezge Uğur=Ugur"),
        pairs("Yılmaz=Yilmaz Öztürk=Oeztuerk Şahin=Sahin Çelik=Celik Aydın=Aydin Güneş=Guenes Doğan=Dogan"),
    ),
    Script(
        "Hebrew",
        "GB",
        pairs("דוד=David שרה=Sarah יעקב=Yaakov רחל=Rachel משה=Moshe מרים=Miriam"),
        pairs("כהן=Cohen לוי=Levi מזרחי=Mizrahi פרץ=Peretz ביטון=Biton"),
    ),
    Script(
        "Korean",
        "US",
        pairs("민준=Min-jun 서연=Seo-yeon 지훈=Ji-hoon 수진=Soo-jin 현우=Hyun-woo 지영=Ji-young"),
        pairs("김=Kim 이=Lee 박=Park 최=Choi 정=Jung 강=Kang"),
    ),
)

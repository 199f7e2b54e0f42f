"""Given names and surnames of the four countries that the population lives in."""

from reviewer.simulator.population.words import words

GIVEN = {
    "US": (
        words(
            """James Robert John Michael David William Richard Joseph Thomas Christopher Charles Daniel Matthew
            Anthony Mark Donald Steven Andrew Paul Joshua Kenneth Kevin Brian Timothy Ronald Jason George Edward
            Jeffrey Ryan Jacob Nicholas Gary Eric Jonathan Stephen Larry Justin Scott Brandon Benjamin Samuel
            Gregory Alexander Patrick Frank Raymond Jack Dennis Jerry Tyler Aaron Jose Adam Nathan Henry Zachary
            Douglas Peter Kyle Noah Ethan Jeremy Walter Christian Keith Roger Terry Austin Sean Gerald Carl
            Harold Dylan Arthur Lawrence Jordan Jesse Bryan Billy Bruce Gabriel Joe Logan Albert Willie Alan
            Juan Wayne Elijah Randy Roy Vincent Ralph Eugene Russell Bobby Mason Philip Louis"""
        ),
        words(
            """Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Lisa Nancy Betty Sandra
            Margaret Ashley Kimberly Emily Donna Michelle Carol Amanda Melissa Deborah Stephanie Rebecca Sharon
            Laura Cynthia Dorothy Amy Kathleen Angela Shirley Emma Brenda Pamela Nicole Anna Samantha Katherine
            Christine Debra Rachel Carolyn Janet Maria Olivia Heather Helen Catherine Diane Julie Victoria Joyce
            Lauren Kelly Christina Ruth Joan Virginia Judith Evelyn Hannah Andrea Megan Cheryl Jacqueline
            Madison Teresa Abigail Sophia Martha Sara Gloria Janice Kathryn Ann Isabella Judy Charlotte Julia
            Grace Amber Alice Jean Denise Frances Danielle Marilyn Natalie Beverly Diana Brittany Theresa"""
        ),
    ),
    "GB": (
        words(
            """Oliver George Harry Jack Noah Leo Arthur Oscar Theodore Freddie Alfie Archie Henry Thomas William
            Joshua Lucas Max Isaac Edward Samuel Joseph Daniel Benjamin Adam Alexander Finley Louis Reuben Toby
            Elliot Callum Rory Ewan Gareth Rhys Owen Dylan Hamish Angus Fergus Graham Nigel Trevor Clive Barry
            Keith Neil Stuart Simon Ian Alan Colin Derek Geoffrey Roger Malcolm Duncan Gavin Craig Darren Lee
            Wayne Martin Peter Anthony Christopher Matthew Robert Richard Stephen"""
        ),
        words(
            """Olivia Amelia Isla Ava Mia Ivy Lily Florence Willow Rosie Sophia Isabella Grace Poppy Evie Charlotte
            Daisy Freya Phoebe Matilda Elsie Harriet Eleanor Imogen Jessica Lucy Holly Georgia Abigail Bethany
            Chloe Niamh Siobhan Fiona Morag Catriona Bronwen Carys Rhiannon Gillian Hazel Heather Beryl Doreen
            Maureen Pauline Sheila Janet Susan Margaret Alison Tracey Joanne Nicola Samantha Kerry Gemma Leanne
            Zara Victoria Philippa Caroline Penelope Rosemary Sylvia"""
        ),
    ),
    "DE": (
        words(
            """Thomas Michael Andreas Peter Stefan Christian Wolfgang Klaus Jürgen Frank Markus Martin Bernd
            Alexander Dieter Jan Werner Matthias Sebastian Daniel Florian Tobias Uwe Jörg Ralf Rainer Manfred
            Günther Horst Heinz Karl Helmut Torsten Dirk Sven Philipp Maximilian Paul Leon Lukas Felix Jonas
            Finn Elias Moritz Niklas Simon Johannes Benedikt Konrad Anton Emil Oskar Friedrich Heinrich Gerhard
            Walter Norbert Volker Holger Carsten Kai Lars Nils Fabian Dominik Marcel"""
        ),
        words(
            """Ursula Sabine Petra Monika Claudia Susanne Andrea Birgit Karin Renate Anna Julia Katharina Christine
            Stefanie Nicole Heike Martina Gabriele Angelika Barbara Brigitte Ingrid Helga Gisela Elke Silke Anja
            Tanja Sandra Kathrin Melanie Nadine Lena Laura Sarah Lea Hannah Mia Emma Sophie Marie Johanna
            Charlotte Clara Frieda Greta Ida Mathilda Paula Luisa Theresa Franziska Annika Svenja Wiebke Imke
            Antje Dörte Käthe Jutta Ilse Hannelore Christa Edeltraud Roswitha"""
        ),
    ),
    "FR": (
        words(
            """Jean Pierre Michel André Philippe René Louis Alain Jacques Bernard Marcel Daniel Roger Robert Paul
            Claude Christian Henri Georges Nicolas François Éric Laurent Frédéric Stéphane Sébastien Julien
            Antoine Maxime Thomas Alexandre Lucas Hugo Théo Enzo Mathis Gabriel Raphaël Arthur Jules Adam Léo
            Noé Étienne Guillaume Olivier Pascal Thierry Didier Yves Gérard Patrick Bruno Serge Benoît Cédric
            Damien Fabien Grégory Jérôme Ludovic Rémi Romain Vincent Xavier"""
        ),
        words(
            """Marie Jeanne Françoise Monique Catherine Nathalie Isabelle Jacqueline Anne Sylvie Martine Madeleine
            Nicole Suzanne Hélène Christine Marguerite Denise Louise Christiane Valérie Sophie Sandrine
            Stéphanie Céline Véronique Chantal Annie Brigitte Patricia Camille Léa Manon Chloé Emma Inès Jade
            Louna Zoé Alice Juliette Pauline Mathilde Charlotte Margaux Clémence Élodie Aurélie Émilie Amandine
            Delphine Florence Laurence Corinne Odile Geneviève Yvette Colette"""
        ),
    ),
}
"""By country: names of men, names of women."""

SURNAMES = {
    "US": words(
        """Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez
        Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez
        Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker
        Hall Rivera Campbell Mitchell Carter Roberts Gomez Phillips Evans Turner Diaz Parker Cruz Edwards
        Collins Reyes Stewart Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan Cooper Peterson Bailey
        Reed Kelly Howard Ramos Kim Cox Ward Richardson Watson Brooks Chavez Wood James Bennett Gray Mendoza
        Ruiz Hughes Price Alvarez Castillo Sanders Patel Myers Long Ross Foster Jimenez Powell Jenkins Perry
        Russell Sullivan Bell Coleman Butler Henderson Barnes Fisher Vasquez Simmons Romero Jordan Patterson
        Alexander Hamilton Graham Reynolds Griffin Wallace Moreno West Cole Hayes Bryant Herrera Gibson Ellis
        Tran Medina Aguilar Stevens Murray Ford Castro Marshall Owens Harrison Fernandez McDonald Woods
        Washington Kennedy Wells Vargas Henry Chen Freeman Webb Tucker Guzman"""
    ),
    "GB": words(
        """Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson Evans Walker
        White Roberts Green Hall Wood Jackson Clarke Khan Hughes Edwards Hill Turner Moore Cooper Ward Morris
        Clark Harrison Baker Davis Scott Watson Lewis Parker Bennett Young Allen Mitchell James Anderson
        Phillips Lee Bell Davidson Shaw Cox Cook Bailey Richardson Carter Collins Marshall Price Mason Miller
        Simpson Ellis Adams Griffiths Stevens Webb Rogers Ahmed Hussain Begum Barker Gibson Powell Wilkinson
        Palmer Knight Russell Murphy Chapman Fletcher Pearson Holmes Dixon Hunter Gordon Reid Kennedy MacDonald
        Campbell Stewart Murray Fraser Cameron Grant Sinclair Llewellyn Pritchard Bevan O'Neill O'Connor
        Fitzgerald Ashworth Blackwood Thornton Whitaker Hargreaves Pemberton Featherstone Cholmondeley Atkinson
        Burgess Bartlett"""
    ),
    "DE": words(
        """Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter
        Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner
        Schmitz Krause Meier Lehmann Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs
        Peters Lang Scholz Möller Weiß Jung Hahn Schubert Vogel Friedrich Keller Günther Frank Berger Winkler
        Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon Ludwig Böhm Winter Kraus Martin Schumacher
        Krämer Vogt Stein Jäger Otto Sommer Groß Seidel Heinrich Brandt Haas Schreiber Graf Schulte Dietrich
        Ziegler Kuhn Kühn Pohl Engel Horn Busch Bergmann Thomas Voigt Sauer Arnold Wolff Pfeiffer Oppermann
        Brückner Steinbach Rosenthal Hagemann Kleinschmidt Wittmann Lindner Grünwald Achterberg Petersen Hansen
        Jansen Claasen Brinkmann"""
    ),
    "FR": words(
        """Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre Leroy Roux
        David Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Lefèvre
        Faure André Mercier Blanc Guérin Boyer Garnier Chevalier François Legrand Gauthier Garcia Perrin Robin
        Clément Morin Nicolas Henry Roussel Mathieu Gautier Masson Marchand Duval Denis Dumont Marie Lemaire
        Noël Meyer Dufour Meunier Brun Blanchard Giraud Joly Rivière Lucas Brunet Gaillard Barbier Arnaud
        Martinez Gérard Roche Renard Schmitt Roy Leroux Colin Vidal Caron Picard Roger Fabre Aubert Lemoine
        Renaud Dumas Lacroix Olivier Philippe Bourgeois Pierre Benoît Rey Leclerc Payet Rolland Leclercq
        Guillaume Lecomte Delacroix Beaumont Charpentier Deschamps Villeneuve Montagne Delorme Marchetti Benali
        Haddad Traoré Diallo"""
    ),
}
"""By country, common ones first."""

NICKNAMES = dict(
    pair.split("=")
    for pair in words(
        """Robert=Bob William=Bill Richard=Dick James=Jim Michael=Mike Thomas=Tom Edward=Ted Charles=Chuck
        Christopher=Chris Daniel=Dan Joseph=Joe Anthony=Tony Andrew=Andy Benjamin=Ben Samuel=Sam Alexander=Alex
        Nicholas=Nick Timothy=Tim Elizabeth=Liz Margaret=Peggy Katherine=Kate Jennifer=Jen Patricia=Pat
        Susan=Sue Deborah=Debbie Rebecca=Becky Barbara=Barb Victoria=Vicky Samantha=Sam Abigail=Abby
        Theodore=Ted Frederick=Fred Geoffrey=Geoff Philippa=Pippa Eleanor=Ellie Penelope=Penny Johannes=Hans
        Maximilian=Max Sebastian=Basti Katharina=Kathi Franziska=Franzi Alexandre=Alex Frédéric=Fred
        Stéphanie=Steph Dorothy=Dot Pamela=Pam Judith=Judy"""
    )
)
"""What people call themselves, by given name."""

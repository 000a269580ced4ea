"""The page's words in other languages: catalogues, which language a visitor gets, and pages translated as they leave."""

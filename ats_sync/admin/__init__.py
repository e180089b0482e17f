from django.contrib import admin


class DeveloperApplicationAdmin(admin.ModelAdmin):
    pass
